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
  /** On how many of his days they were. */
  daysOfFailedTries: number;
  /** Whole hours between the two of them that lie nearest; none with fewer than two. */
  hoursBetweenFailedTries: number;
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
  const counted = countedInRow(tries);
  const daysOfFailedTries = new Set(counted.map(({ date }) => date)).size;
  // As long as all lie on one day the last that would prove is not counted.
  const failedTriesInRow =
    daysOfFailedTries >= daysThatProve ? counted.length : Math.min(counted.length, triesThatProve - 1);
  const gaps = counted.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(counted[index]?.at ?? at));
  return {
    numberInvalid,
    failedTriesInRow,
    daysOfFailedTries,
    hoursBetweenFailedTries: gaps.length === 0 ? 0 : Math.floor(Math.min(...gaps) / 3_600_000),
    reachable: !numberInvalid && failedTriesInRow < triesThatProve,
  };
}

/** Tries since the last success, each at least three hours behind the one counted before it. */
function countedInRow(tries: readonly Try[]): Try[] {
  const inOrder = [...tries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const counted: Try[] = [];
  for (const attempt of inOrder) {
    const before = counted.at(-1);
    if (attempt.what === 'reached') counted.length = 0;
    else if (before === undefined || Date.parse(attempt.at) - Date.parse(before.at) >= apartMs) counted.push(attempt);
  }
  return counted;
}
