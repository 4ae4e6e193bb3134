export { openDatabase, type Database, type DatabaseOptions, type Isolation, type Tx } from './database.js';
export { DatabaseError } from './database-error.js';
export type { Dedicated } from './dedicated.js';
export { runMigrations, schemaReached, type MigrationFolder } from './migrations.js';
export { updateVersioned, VersionMismatch } from './versioned.js';
