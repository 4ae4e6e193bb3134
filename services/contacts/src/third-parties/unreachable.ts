/**
 * Proof that a debtor cannot be reached, which the law asks for before anybody else is contacted: no number of his works, or
 * three tries in a row failed. Pure. What counts as "in a row" the law leaves open; the house says: at least three hours
 * apart, on two days or more, within the last thirty.
 */
export interface Try {
  /** ISO instant. */
  at: string;
  /** Local date of the debtor, `YYYY-MM-DD`. */
  date: string;
  /** `unanswered`: a dial that was placed and nobody took. `reached`: somebody talked, or he called. */
  what: 'unanswered' | 'reached';
}

export interface Reach {
  /** He has no phone number that works. */
  numberInvalid: boolean;
  /** Failed tries in a row since he was last reached, as far as they count; three prove it. */
  failedTriesInRow: number;
  /** Neither of both proves that he cannot be reached. */
  reachable: boolean;
}

export const triesThatProve = 3;
export const daysThatProve = 2;
export const apartMs = 3 * 3_600_000;
export const lookBackMs = 30 * 86_400_000;

/** @param phones of the debtor under the agreement; without any he has no number that works */
export function reachOf(phones: readonly { usable: boolean }[], tries: readonly Try[]): Reach {
  const numberInvalid = !phones.some(({ usable }) => usable);
  const failedTriesInRow = failedInRow(tries);
  return { numberInvalid, failedTriesInRow, reachable: !numberInvalid && failedTriesInRow < triesThatProve };
}

/**
 * Tries since the last success, each at least three hours behind the one counted before it. As long as all lie on one day
 * the last that would prove is not counted.
 */
function failedInRow(tries: readonly Try[]): number {
  const inOrder = [...tries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const counted: Try[] = [];
  for (const attempt of inOrder) {
    const before = counted.at(-1);
    if (attempt.what === 'reached') counted.length = 0;
    else if (before === undefined || Date.parse(attempt.at) - Date.parse(before.at) >= apartMs) counted.push(attempt);
  }
  const days = new Set(counted.map(({ date }) => date)).size;
  return days >= daysThatProve ? counted.length : Math.min(counted.length, triesThatProve - 1);
}
