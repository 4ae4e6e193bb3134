export {
  openDatabase,
  type Database,
  type DatabaseOptions,
  type Isolation,
  type StatementOptions,
  type Tx,
} from './database.js';
export { DatabaseError } from './database-error.js';
export type { Dedicated } from './dedicated.js';
export { runMigrations, schemaReached, type MigrationFolder } from './migrations.js';
export { updateVersioned, VersionMismatch } from './versioned.js';
export { blindIndex } from './blind-index.js';
export { loadKeyRing, type KeyRing } from './key-ring.js';
export {
  KeyDestroyed,
  keysMigrations,
  openPersonKeys,
  type DayKeys,
  type DerivedKeys,
  type PersonKeys,
  type PersonOf,
} from './person-keys.js';
