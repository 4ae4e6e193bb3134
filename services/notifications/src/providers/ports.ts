/**
 * What sending needs of a provider: one small port for each kind of channel, all of one shape. Nothing but `sending` may
 * hold a port. An adapter never throws for what a provider said or for a broken line, only for defects of its own.
 */

export type MessageChannel = 'sms' | 'email' | 'letter' | 'voiceBot';

interface Handover {
  /** Our message id: the provider's idempotency key, and what we ask by later. */
  clientReference: string;
  /** Business time after which the provider must not deliver (a letter: not post). */
  validUntil: string;
}
export interface SmsMessage extends Handover {
  /** E.164. */
  to: string;
  text: string;
}
/** The adapter makes the Message-ID, `<clientReference@its own domain>`, so that a bounce finds the message. */
export interface EmailMessage extends Handover {
  to: string;
  subject: string;
  text: string;
  html?: string;
}
export interface LetterMessage extends Handover {
  /** PDF/A. */
  pdf: Buffer;
  /** sha256 of `pdf`, hex: the mail house must print exactly this. */
  fileHash: string;
  addressee: string;
  address: string;
  delivery: 'plain' | 'registered' | 'electronic-with-receipt';
}
export interface VoiceMessage extends Handover {
  /** E.164. */
  to: string;
  language: 'zh' | 'en';
  /** A recording, or a script that the provider speaks word for word. */
  say: { kind: 'script'; text: string } | { kind: 'recording'; audio: Buffer; mediaType: string; fileHash: string };
}

export type SendAnswer =
  | { answer: 'accepted'; providerMessageId: string }
  /**
   * Refused before acceptance, so it surely did not leave. `blames` tells whether another provider could take it: the
   * `message` (no such number, text not allowed) would be refused by every one. `nobodyThere`: it says that this number or
   * address reaches nobody, and why; only where the protocol means just that.
   */
  | { answer: 'refused'; code: string; blames: 'message' | 'provider'; nobodyThere?: ReturnReason }
  /** Too fast, or closed for now; it surely did not leave. */
  | { answer: 'throttled'; retryAfterMs: number }
  /** Surely no byte of the message left: connection refused, name unknown, not bound, our key refused. */
  | { answer: 'unreachable'; code: string }
  /** Nobody knows whether it left: time-out, broken connection, an answer that makes no sense. */
  | { answer: 'unknown' };

/** `returned`: came back (bounce, letter refused or undeliverable). */
export type ProviderStatus = 'accepted' | 'sent' | 'delivered' | 'failed' | 'expired' | 'returned';
export type ReturnReason = 'refused' | 'unknown-address' | 'moved' | 'unclaimed' | 'no-mailbox' | 'blocked' | 'other';
export type Signer = 'self' | 'cohabiting-relative' | 'authorised';

/** A provider's word about one message, in a receipt or when asked. */
export interface ProviderWord {
  status: ProviderStatus;
  providerMessageId?: string | undefined;
  /** Business time at which the provider says it happened; left out: now. */
  at?: string | undefined;
  /** With `returned`. */
  because?: ReturnReason | undefined;
  /** With `delivered`, of a registered letter. */
  signer?: Signer | undefined;
}

export type AskAnswer =
  | ({ answer: 'known' } & ProviderWord)
  /** Certain: the provider never had this message. Only a port with `tellsNeverHad` may answer it. */
  | { answer: 'never-had' }
  /** No answer, or one that settles nothing. */
  | { answer: 'unknown' };

/** What the adapter may know a message by when it asks. */
export interface Asked {
  clientReference: string;
  /** Null as long as the provider has told none: SMPP can't ask then. */
  providerMessageId: string | null;
}

export interface Port<Channel extends MessageChannel, Message extends Handover> {
  /** Unique among all providers; last part of its addresses `POST /receipts/{id}` and `POST /inbound/{id}`. */
  readonly id: string;
  readonly channel: Channel;
  /** Messages a second in the long run, agreed with the provider. */
  readonly ratePerSecond: number;
  /** Whether `ask` can tell for certain that a message never arrived. If not, only a receipt or a person settles it. */
  readonly tellsNeverHad: boolean;
  /** Hands a message over, once. May take at most 10 s of real time. */
  send(message: Message): Promise<SendAnswer>;
  ask(of: Asked): Promise<AskAnswer>;
  /** Takes a message back that was accepted and is not on its way yet: a letter before posting. */
  recall?(of: Asked): Promise<'recalled' | 'too-late' | 'unknown'>;
  /** Receives what comes over a line of the adapter's own (SMPP, SMTP) until stopped; HTTP ones use our signed addresses. */
  listen?(sink: ProviderSink): Promise<{ stop(): Promise<void> }>;
}
export type SmsPort = Port<'sms', SmsMessage>;
export type EmailPort = Port<'email', EmailMessage>;
export type LetterPort = Port<'letter', LetterMessage>;
export type VoicePort = Port<'voiceBot', VoiceMessage>;
export type ProviderPort = SmsPort | EmailPort | LetterPort | VoicePort;

/** A receipt that came over the adapter's own line; it names the message by our reference or, without, by its own id. */
export interface LineReceipt extends ProviderWord {
  clientReference?: string | undefined;
  status: ProviderStatus;
}
/** Something a person sent us. `inboundId` is the provider's own, for taking it once. */
export interface LineInbound {
  inboundId: string;
  /** Number or address of the sender, as the provider spells it. */
  from: string;
  text: string;
  /** Business time. */
  at: string;
  /** Message that it answers, if the channel tells (In-Reply-To). */
  clientReference?: string | undefined;
}
/** Where an adapter's own line delivers. Resolves once it is committed: only then may the adapter acknowledge. */
export interface ProviderSink {
  /** `unknown-message`: not ours, or not yet known by that id; acknowledge it all the same. */
  receipt(receipt: LineReceipt): Promise<'taken' | 'known-already' | 'nothing-new' | 'unknown-message' | 'refused'>;
  inbound(message: LineInbound): Promise<'taken' | 'known-already'>;
}
