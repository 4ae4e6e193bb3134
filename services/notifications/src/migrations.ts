import { fileURLToPath } from 'node:url';
import { auditMigrations } from '@arrears/audit';
import { messagingMigrations } from '@arrears/messaging';
import type { MigrationFolder } from '@arrears/persistence';
import { serviceMigrations } from '@arrears/service';

/** Tables of this service's database, those of the libraries first. */
export const notificationsMigrations: readonly MigrationFolder[] = [
  messagingMigrations,
  auditMigrations,
  serviceMigrations,
  { name: 'notifications', path: fileURLToPath(new URL('../migrations', import.meta.url)) },
];
