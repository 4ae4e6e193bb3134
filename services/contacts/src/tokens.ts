/** Injection tokens of this service. */
export const DATABASE = Symbol('database');
export const PERSON_KEYS = Symbol('person keys');
export const GATE = Symbol('gate');
export const ID_KEY = Symbol('id key');
