import { runMigrations } from './migrations.js';
import { keysMigrations } from './person-keys.js';

/** Brings the keys' database to the schema of this build. */
const url = process.env['KEYS_DATABASE_URL'];
if (!url) throw new Error('KEYS_DATABASE_URL must be set');
const { applied } = await runMigrations({ url, folders: [keysMigrations] });
process.stdout.write(`keys: ${applied.length} migrations applied\n`);
