/** Injection tokens of the console. */
export const CLOCK = Symbol('clock');
export const DATABASE = Symbol('database');
export const GATEWAY = Symbol('gateway');
export const HEALTH = Symbol('health');
export const LOG = Symbol('log');
export const PUBLIC_URL = Symbol('public url');
export const SESSIONS = Symbol('sessions');
export const TIME_ZONE = Symbol('time zone');
export const WEB_FILES = Symbol('web files');
