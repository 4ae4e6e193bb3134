import { seesAgreement, type Actor } from '@arrears/auth';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { ParseUUIDPipe } from '@nestjs/common';
import { z } from 'zod';
import { agreementsOf } from './concerned.store.js';

/** Path parameter: an id of ours. What is no uuid can't exist. */
export const idParam = new ParseUUIDPipe({
  exceptionFactory: () => problem('not-found', 'There is no such thing, or it is out of your scope.'),
});

/** A reason or kind that goes into a journal which nobody can erase: a code, never a sentence about somebody. */
export const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a code such as death-certificate')
  .max(60);
/** Where the proof lies: the hash of a file, or a reference without blanks. */
export const proof = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._/-]{2,199}$/, 'a hash such as sha256:…, or a reference without blanks');

/** What an actor may not see of a person is not there for him. */
export async function mustSeePerson(tx: Tx, actor: Actor, personId: string): Promise<void> {
  const agreements = await agreementsOf(tx, [personId]);
  if (!agreements.some((agreement) => seesAgreement(actor, agreement)))
    throw problem('not-found', 'There is no such person, or it is out of your scope.');
}

export function mustSeeAgreement(actor: Actor, agreementId: string): void {
  if (!seesAgreement(actor, agreementId)) throw problem('not-found', 'This agreement is out of your scope.');
}
