/** How a simulated carrier treats the next messages: what it answers, what becomes of them, and of its receipts. */
export interface Behaviour {
  channel: Channel;
  /** One provider of the channel, by its id; absent: all of them. */
  provider?: string | undefined;
  /** Applies to messages whose address, reference or text contains it; absent: to all. */
  match?: string | undefined;
  answer: Answer;
  receipt: ReceiptHabit;
  /** How many messages it applies to before it is spent; absent: until deleted. */
  times?: number | undefined;
  /** The phone is off until this business instant: nothing is delivered before. */
  phoneOnAt?: string | undefined;
  /** What becomes of it in the end; absent: it arrives. `reply` arrives and is answered with `reply`. */
  delivery?: Ending | undefined;
  reply?: string | undefined;
  /** Of what comes back. */
  because?: Reason | undefined;
  /** Of a letter that is signed for; absent: the addressee. */
  signer?: Signer | undefined;
  /** Business days from posting to arrival or return. */
  afterDays?: number | undefined;
  /** `silence`: whoever asks what became of it gets no answer. */
  asked?: 'truth' | 'silence' | undefined;
}
export const channels = ['sms', 'smpp', 'email', 'letter', 'voice'] as const;
export const answers = ['accept', 'throttle', 'refuse', 'accept-then-timeout', 'drop'] as const;
export const receiptHabits = ['once', 'twice', 'late', 'never', 'out-of-order'] as const;
export const endings = ['delivered', 'failed', 'returned', 'refused', 'bounced', 'reply'] as const;
export const reasons = ['refused', 'unknown-address', 'moved', 'unclaimed', 'no-mailbox', 'blocked', 'other'] as const;
export const signers = ['self', 'cohabiting-relative', 'authorised'] as const;
export type Channel = (typeof channels)[number];
export type Answer = (typeof answers)[number];
export type ReceiptHabit = (typeof receiptHabits)[number];
export type Ending = (typeof endings)[number];
export type Reason = (typeof reasons)[number];
export type Signer = (typeof signers)[number];

export const normal = (channel: Channel): Behaviour => ({ channel, answer: 'accept', receipt: 'once' });

/** A carrier, as a rule may name it. */
export interface CarrierName {
  id: string;
  channel: Channel;
}
type Matched = { to: string; clientReference?: string; text?: string };

/** The list of rules in force: the newest that matches wins, and one with `times` is used up. */
export function behaviours() {
  let rules: Behaviour[] = [];
  const find = (carrier: CarrierName, message: Matched): Behaviour | undefined =>
    rules.find((one) => matches(one, carrier, message));
  return {
    put: (rule: Behaviour) => {
      rules = [rule, ...rules];
    },
    clear: () => {
      rules = [];
    },
    list: (): readonly Behaviour[] => rules,
    /** What would apply, without using it up. */
    peek: (carrier: CarrierName, message: Matched): Behaviour => find(carrier, message) ?? normal(carrier.channel),
    take: (carrier: CarrierName, message: Matched): Behaviour => {
      const rule = find(carrier, message);
      if (!rule) return normal(carrier.channel);
      if (rule.times === undefined) return rule;
      rules = rules.flatMap((one) =>
        one !== rule ? [one] : one.times === 1 ? [] : [{ ...one, times: (one.times ?? 1) - 1 }],
      );
      return rule;
    },
  };
}
export type Behaviours = ReturnType<typeof behaviours>;

function matches(rule: Behaviour, carrier: CarrierName, message: Matched): boolean {
  const { match, provider } = rule;
  if (rule.channel !== carrier.channel || (provider !== undefined && provider !== carrier.id)) return false;
  return (
    match === undefined || [message.to, message.clientReference, message.text].some((field) => field?.includes(match))
  );
}
