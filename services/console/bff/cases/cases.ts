/** What the console makes of answers of several services. Shapes as those services describe them. */
export interface NamedPerson {
  personId: string;
  agreementId: string;
  name: string | null;
}
export interface CaseLine {
  agreementId: string;
  debtorId: string;
}
/** A line of the grid with the debtor's masked name; null where it is not known, or destroyed. */
export type NamedLine<Line> = Line & { debtor: string | null };

/** Puts names to lines. `names` null: nobody answered, and the page says so. */
export function withNames<Line extends CaseLine>(
  lines: readonly Line[],
  names: readonly NamedPerson[] | null,
): NamedLine<Line>[] {
  const byPerson = new Map((names ?? []).map((one) => [`${one.agreementId}/${one.personId}`, one.name]));
  return lines.map((line) => ({ ...line, debtor: byPerson.get(`${line.agreementId}/${line.debtorId}`) ?? null }));
}

/** The persons of a page, each asked for once. */
export function personsOf(lines: readonly CaseLine[]): { personId: string; agreementId: string }[] {
  const all = lines.map(({ debtorId, agreementId }) => ({ personId: debtorId, agreementId }));
  return [...new Map(all.map((one) => [`${one.agreementId}/${one.personId}`, one])).values()];
}

export interface CasePerson {
  personId: string;
  role: string;
  accountIds: string[];
}
/** A person as `contacts` shows him, masked, under all agreements that the asker sees. */
export interface MaskedPerson {
  personId: string;
  agreements: {
    agreementId: string;
    name: string | null;
    idNumber: string | null;
    language: string | null;
    timeZone: string | null;
    roles: { loanId: string; role: string; relation: string | null }[];
    contactPoints: {
      contactPointId: string;
      kind: string;
      value: string | null;
      source: string;
      reserved: boolean;
      valid: string;
      optedOut: string[];
    }[];
  }[];
}
export interface PersonOnCase {
  personId: string;
  role: string;
  accountIds: string[];
  /** Null where `contacts` did not answer for him. */
  known: Omit<MaskedPerson['agreements'][number], 'roles' | 'agreementId'> | null;
}

const rank = ['debtor', 'jointGuarantor', 'generalGuarantor', 'relatedThird'];
const rankOf = (role: string): number => (rank.includes(role) ? rank.indexOf(role) : rank.length);

/** The people of a case, the debtor first. Of another agreement nothing is shown: two clients never meet on a screen. */
export function peopleOf(
  persons: readonly CasePerson[],
  known: ReadonlyMap<string, MaskedPerson | null>,
  agreementId: string,
): PersonOnCase[] {
  return [...persons]
    .sort((a, b) => rankOf(a.role) - rankOf(b.role))
    .map(({ personId, role, accountIds }) => {
      const here = known.get(personId)?.agreements.find((one) => one.agreementId === agreementId);
      if (here === undefined) return { personId, role, accountIds, known: null };
      const { name, idNumber, language, timeZone, contactPoints } = here;
      return { personId, role, accountIds, known: { name, idNumber, language, timeZone, contactPoints } };
    });
}
