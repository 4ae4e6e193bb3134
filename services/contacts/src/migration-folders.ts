import { fileURLToPath } from 'node:url';
import { auditMigrations } from '@arrears/audit';
import { messagingMigrations } from '@arrears/messaging';
import type { MigrationFolder } from '@arrears/persistence';
import { serviceMigrations } from '@arrears/service';

/** The libraries' tables first: our own may refer to them. */
export const migrationFolders: readonly MigrationFolder[] = [
  messagingMigrations,
  auditMigrations,
  serviceMigrations,
  { name: 'contacts', path: fileURLToPath(new URL('../migrations', import.meta.url)) },
];
