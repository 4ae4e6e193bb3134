import { fileURLToPath } from 'node:url';
import { auditMigrations } from '@arrears/audit';
import { messagingMigrations } from '@arrears/messaging';
import { runMigrations } from '@arrears/persistence';

const own = { name: 'notifications', path: fileURLToPath(new URL('../migrations', import.meta.url)) };
const url = process.env['DATABASE_URL'];
if (!url) throw new Error('DATABASE_URL must be set');

/** Brings this service's database to the schema of this build. Safe to run twice and by two processes at once. */
const { applied } = await runMigrations({
  url,
  folders: [messagingMigrations, auditMigrations, own],
});
process.stdout.write(`notifications: ${applied.length} migrations applied\n`);
