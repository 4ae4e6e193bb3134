import type { InboundParts } from './inbound/inbound.service.js';
import type { MessageRow } from './messages/message.store.js';

/** Injection tokens of this service. */
export const DATABASE = Symbol('database');
export const CLOCK = Symbol('clock');
export const PERSON_KEYS = Symbol('person keys');
export const TEMPLATES = Symbol('templates');
/** Counts what must never be. */
export const VIOLATED = Symbol('violated');
export const TEMPLATE_DESK = Symbol('template desk');
export const RECEIPT_SECRETS = Symbol('receipt secrets');
export const INBOUND = Symbol('inbound');
export const DOOR = Symbol('door');

/** The secret with which a provider signs its receipts, by provider id. */
export type ReceiptSecrets = ReadonlyMap<string, string>;

/** What taking in an answer needs. */
export type InboundDoor = InboundParts & { channelOf: (provider: string) => MessageRow['channel'] | undefined };
