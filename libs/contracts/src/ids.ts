import { createHmac } from 'node:crypto';
import { v5, v7 } from 'uuid';

/** A string that only the function for its kind may make: a `CaseId` cannot be passed where an `AccountId` is meant. */
export type Branded<Name extends string> = string & { readonly __brand: Name };

export type CaseId = Branded<'CaseId'>;
export type AccountId = Branded<'AccountId'>;
export type PersonId = Branded<'PersonId'>;
export type ContactPointId = Branded<'ContactPointId'>;
export type PermitId = Branded<'PermitId'>;
export type MessageId = Branded<'MessageId'>;

/** Kinds of identity papers and of contact points that take part in an id. Data may add kinds; an id is opaque anyway. */
export type ContactPointKind = 'mobile' | 'landline' | 'email' | 'address';

const personNamespace = '8d1c7a52-6b0e-4c0f-9a53-0d7f5b1b2f10';
const pointNamespace = '2f0a6f3e-93c1-4d55-8b5f-6c0c1f0a7e21';
const eventNamespace = 'b51d5a0e-0c7e-4f0b-8d6c-1e6a9a3f4c32';

/** Time-ordered id for our own rows (uuid v7). */
export function newId<Name extends string>(): Branded<Name> {
  return v7() as Branded<Name>;
}

/** What identifies a person in a message of the bank. */
export type PersonIdentity =
  | { by: 'id-number'; idType: string; idNumber: string }
  | { by: 'customer'; agreementId: string; customerNo: string }
  | { by: 'place-in-message'; agreementId: string; loanId: string; role: string; ordinal: number };

/** Spelling variants of one id number are one number: no spaces or hyphens, upper case, full-width digits folded. */
export function normaliseIdNumber(idNumber: string): string {
  return idNumber.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
}

/**
 * The person's id, the same in every service and for every agreement that gives the same id number.
 * The number enters only through an HMAC with the key that services share, so an id reveals nothing about it.
 */
export function personId(key: Buffer, identity: PersonIdentity): PersonId {
  const parts =
    identity.by === 'id-number'
      ? ['id', identity.idType, normaliseIdNumber(identity.idNumber)]
      : identity.by === 'customer'
        ? ['customer', identity.agreementId, identity.customerNo]
        : ['place', identity.agreementId, identity.loanId, identity.role, String(identity.ordinal)];
  return v5(hmac(key, parts), personNamespace) as PersonId;
}

/** The contact point's id: of the person, the kind and the HMAC of the already normalised value (E.164, lower-case e-mail). */
export function contactPointId(
  key: Buffer,
  person: PersonId,
  kind: ContactPointKind,
  normalisedValue: string,
): ContactPointId {
  return v5(`${person}|${kind}|${hmac(key, [normalisedValue])}`, pointNamespace) as ContactPointId;
}

/** Id of one of our own events: publishing the same fact again gives the same id, another fact never does. */
export function eventId(of: {
  service: string;
  aggregate: string;
  version: number;
  type: string;
  ordinal: number;
  dataHash: string;
}): string {
  return v5([of.service, of.aggregate, of.version, of.type, of.ordinal, of.dataHash].join('|'), eventNamespace);
}

const caseNoAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Short number for people, from a database sequence: `C-7Q2F`. No 0/O or 1/I, so that it survives being read aloud. */
export function caseNo(sequence: number): string {
  let text = '';
  for (let rest = sequence; rest > 0 || text.length < 4; rest = Math.floor(rest / 32))
    text = caseNoAlphabet.charAt(rest % 32) + text;
  return `C-${text}`;
}

function hmac(key: Buffer, parts: string[]): string {
  // Length-prefixed parts: ['ab','c'] and ['a','bc'] must differ.
  return createHmac('sha256', key)
    .update(parts.map((part) => `${part.length}:${part}`).join('|'))
    .digest('hex');
}
