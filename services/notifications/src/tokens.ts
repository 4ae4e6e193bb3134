/** Injection tokens of this service. */
export const DATABASE = Symbol('database');
export const CLOCK = Symbol('clock');
export const TEMPLATES = Symbol('templates');
/** Counts what must never be. */
export const VIOLATED = Symbol('violated');
export const RECEIPT_SECRETS = Symbol('receipt secrets');

/** The secret with which a provider signs its receipts, by provider id. */
export type ReceiptSecrets = ReadonlyMap<string, string>;
