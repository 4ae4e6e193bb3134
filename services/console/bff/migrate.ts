import { runMigrations } from '@arrears/persistence';
import { migrationFolders } from './migration-folders.js';

const url = process.env['DATABASE_URL'];
if (!url) throw new Error('DATABASE_URL must be set');

/** Brings the console's database to the schema of this build. Safe to run twice and by two processes at once. */
const { applied } = await runMigrations({ url, folders: migrationFolders });
process.stdout.write(`console: ${applied.length} migrations applied\n`);
