import { fileURLToPath } from 'node:url';
import type { MigrationFolder } from '@arrears/persistence';

export const migrationFolders: readonly MigrationFolder[] = [
  { name: 'console', path: fileURLToPath(new URL('../migrations', import.meta.url)) },
];
