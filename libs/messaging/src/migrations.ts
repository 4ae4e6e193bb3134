import { fileURLToPath } from 'node:url';
import type { MigrationFolder } from '@arrears/persistence';

/** Tables of outbox and inbox: each service's migrations run these before their own. */
export const messagingMigrations: MigrationFolder = {
  name: 'messaging',
  path: fileURLToPath(new URL('../migrations', import.meta.url)),
};
