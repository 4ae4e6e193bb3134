import type { BankContactPoint, LoanOverdue } from './bank-events.js';
import { countryOfLoan, normalisePoint } from './contact-points.js';
import { contactPointId, personId, type ContactPointId, type ContactPointKind, type PersonId } from './ids.js';

/** Everybody a `loan-overdue` names, with the ids that every service computes alike. Holds values: keep it in memory. */
export interface PersonInLoan {
  personId: PersonId;
  role: 'debtor' | 'jointGuarantor' | 'generalGuarantor' | 'relatedThird';
  name: string;
  relation?: string;
  points: PointInLoan[];
}
export interface PointInLoan {
  contactPointId: ContactPointId;
  kind: ContactPointKind;
  value: BankContactPoint['value'];
  normalised: string;
  plausible: boolean;
  reserved: boolean;
  source: string;
}

type Named = { idType?: string | undefined; idNumber?: string | undefined; customerNo?: string | undefined };

/** The debtor's person id: by id number, else by customer number. */
export function debtorIdOf(
  key: Buffer,
  loan: Pick<LoanOverdue, 'agreementId' | 'customerNo' | 'debtor' | 'loanId'>,
): PersonId {
  return idOf(key, { ...loan.debtor, customerNo: loan.customerNo }, loan, 'debtor', 0);
}

/** The debtor first, then guarantors, then contact persons, in the order of the message. */
export function personsInLoan(key: Buffer, loan: LoanOverdue): PersonInLoan[] {
  const country = countryOfLoan(loan);
  const points = (person: PersonId, list: readonly BankContactPoint[]) => pointsOf(key, person, list, country);
  const debtor = debtorIdOf(key, loan);
  const persons: PersonInLoan[] = [
    { personId: debtor, role: 'debtor', name: loan.debtor.name, points: points(debtor, loan.contactPoints) },
  ];
  loan.guarantors?.forEach((guarantor, ordinal) => {
    const role = guarantor.liability === 'joint' ? 'jointGuarantor' : 'generalGuarantor';
    const id = idOf(key, guarantor, loan, role, ordinal);
    persons.push({ personId: id, role, name: guarantor.name, points: points(id, guarantor.contactPoints ?? []) });
  });
  loan.contactPersons?.forEach((person, ordinal) => {
    const id = idOf(key, {}, loan, 'relatedThird', ordinal);
    const phone = { kind: 'mobile', value: person.phone, source: 'contact-person' } as const;
    const { name, relation } = person;
    persons.push({ personId: id, role: 'relatedThird', name, relation, points: points(id, [phone]) });
  });
  return persons;
}

/** A person's points with their ids; two spellings of one number are one point, the first one's flags stay. */
export function pointsOf(
  key: Buffer,
  person: PersonId,
  points: readonly BankContactPoint[],
  country: string,
): PointInLoan[] {
  const byId = new Map<string, PointInLoan>();
  for (const { kind, value, reserved, source } of points) {
    const folded = normalisePoint(kind, value, country);
    const id = contactPointId(key, person, kind, folded.normalised);
    if (!byId.has(id))
      byId.set(id, { contactPointId: id, kind, value, ...folded, reserved: reserved ?? false, source });
  }
  return [...byId.values()];
}

function idOf(
  key: Buffer,
  named: Named,
  loan: Pick<LoanOverdue, 'agreementId' | 'loanId'>,
  role: string,
  ordinal: number,
): PersonId {
  const { agreementId, loanId } = loan;
  if (named.idNumber !== undefined)
    return personId(key, { by: 'id-number', idType: named.idType ?? 'unknown', idNumber: named.idNumber });
  if (named.customerNo !== undefined)
    return personId(key, { by: 'customer', agreementId, customerNo: named.customerNo });
  return personId(key, { by: 'place-in-message', agreementId, loanId, role, ordinal });
}
