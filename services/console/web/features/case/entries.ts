/** What an entry of the timeline is about. */
export type EntryGroup = 'contact' | 'money' | 'flow' | 'people';
export const groups: readonly EntryGroup[] = ['contact', 'money', 'flow', 'people'];

interface AnyEntry {
  at: string;
  id: string;
  kind: string;
  [field: string]: unknown;
}

const rules: readonly [RegExp, EntryGroup][] = [
  [/^(message|permit|contact|inbound)-/, 'contact'],
  [/^bank-|^balance-|^classification-/, 'money'],
  [/^(person|third-party|consent)-/, 'people'],
];

export function groupOf(kind: string): EntryGroup {
  return rules.find(([pattern]) => pattern.test(kind))?.[1] ?? 'flow';
}

/** Shown beside an entry, in this order: codes and ids as they are. Amounts, people and hashes have places of their own. */
const telling = [
  'step',
  'does',
  'outcome',
  'channel',
  'rule',
  'reason',
  'from',
  'to',
  'stage',
  'loanId',
  'valueDate',
  'because',
];

export function factsOf(entry: AnyEntry): string[] {
  return telling.flatMap((name) => {
    const value = entry[name];
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  });
}

/** An amount that an entry carries, where the bank named it. */
export function amountOf(entry: AnyEntry): string | null {
  const { amount } = entry;
  return typeof amount === 'string' && /^-?\d+$/.test(amount) ? amount : null;
}

/** Entries under the day they belong to in a zone; the newest first, as they came. */
export function byDay<Of extends AnyEntry>(
  entries: readonly Of[],
  dayOf: (at: string) => string,
): { day: string; entries: Of[] }[] {
  const days: { day: string; entries: Of[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
