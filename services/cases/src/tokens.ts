/** Injection tokens of this service. */
export const DATABASE = Symbol('database');
export const LEDGER = Symbol('ledger');
export const GATE_PREVIEW = Symbol('gate preview');
export const PERSON_KEYS = Symbol('person keys');
