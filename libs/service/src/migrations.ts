import { fileURLToPath } from 'node:url';
import type { MigrationFolder } from '@arrears/persistence';

/** Tables of this library; every service with commands runs them among its own migrations. */
export const serviceMigrations: MigrationFolder = {
  name: 'service',
  path: fileURLToPath(new URL('../migrations', import.meta.url)),
};
