/** Injection tokens of this service. */
export const DATABASE = Symbol('database');
export const LEDGER = Symbol('ledger');
export const PERSON_KEYS = Symbol('person keys');
