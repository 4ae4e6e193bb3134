/** A service is a process, not a library: what may be used from outside is what its tests and the benchmarks start. */
export { casesMigrations } from './migrations.js';
