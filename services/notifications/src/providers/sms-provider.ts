import type { ProviderStatus } from '../messages/message.js';

/** What sending needs of an SMS provider. An adapter never throws for what the provider said, only for defects of its own. */
export interface SmsProvider {
  readonly id: string;
  /** Hands a message over. `clientReference` is our message id and the provider's idempotency key. */
  send(message: SmsMessage): Promise<SendAnswer>;
  /** Asks what became of a message. `never-received` is certain; `no-answer` is not. */
  ask(clientReference: string): Promise<AskAnswer>;
}

export interface SmsMessage {
  clientReference: string;
  to: string;
  text: string;
  /** Business time after which the provider must not deliver. */
  validUntil: string;
}

export type SendAnswer =
  | { answer: 'accepted'; providerMessageId: string }
  | { answer: 'refused'; detail: string }
  | { answer: 'throttled'; retryAfterMs: number }
  /** Nobody knows whether it left: time-out, broken connection, an answer that makes no sense. */
  | { answer: 'unknown' };

export type AskAnswer =
  | { answer: 'known'; status: ProviderStatus; providerMessageId: string }
  | { answer: 'never-received' }
  | { answer: 'no-answer' };
