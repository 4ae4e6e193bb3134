/** How the simulated gateway treats the next messages: what it answers and what becomes of its receipts. */
export interface Behaviour {
  channel: 'sms';
  /** Applies to messages whose number, reference or text contains it; absent: to all. */
  match?: string | undefined;
  answer: Answer;
  receipt: ReceiptHabit;
  /** How many messages it applies to before it is spent; absent: until deleted. */
  times?: number | undefined;
  /** The phone is off until this business instant: nothing is delivered before. */
  phoneOnAt?: string | undefined;
}
export type Answer = (typeof answers)[number];
export type ReceiptHabit = (typeof receiptHabits)[number];
export const answers = ['accept', 'throttle', 'refuse', 'accept-then-timeout', 'drop'] as const;
export const receiptHabits = ['once', 'twice', 'late', 'never', 'out-of-order'] as const;

export const normal: Behaviour = { channel: 'sms', answer: 'accept', receipt: 'once' };

export interface Submission {
  clientReference: string;
  to: string;
  text: string;
  /** Business instant after which the message must not reach the phone any more. */
  validUntil: string;
}

/** The list of rules in force: the newest that matches wins, and one with `times` is used up. */
export function behaviours() {
  let rules: Behaviour[] = [];
  return {
    put: (rule: Behaviour) => {
      rules = [rule, ...rules];
    },
    clear: () => {
      rules = [];
    },
    list: (): readonly Behaviour[] => rules,
    take: (message: Submission): Behaviour => {
      const rule = rules.find((one) => matches(one, message));
      if (!rule) return normal;
      if (rule.times === undefined) return rule;
      rules = rules.flatMap((one) =>
        one !== rule ? [one] : one.times === 1 ? [] : [{ ...one, times: (one.times ?? 1) - 1 }],
      );
      return rule;
    },
  };
}
export type Behaviours = ReturnType<typeof behaviours>;

function matches(rule: Behaviour, message: Submission): boolean {
  const { match } = rule;
  return (
    match === undefined || [message.to, message.clientReference, message.text].some((field) => field.includes(match))
  );
}
