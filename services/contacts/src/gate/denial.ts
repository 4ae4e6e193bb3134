import type { Clock } from '@arrears/clock';
import type { PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { hashOf } from '../hash.js';
import { journal } from '../journal.js';
import { publish } from '../publish.js';
import type { GateDecision } from './gate.js';
import { insertDenial, type Basis } from './permit.store.js';

type Denied = Extract<GateDecision, { verdict: 'denied' }>;

/**
 * Keeps a denial, tells the case and the journal. A sender asks again and again: the same answer about the same message is
 * told once, another rule or another time is another answer.
 */
export async function recordDenial(
  tx: Tx,
  clock: Clock,
  request: PermitRequest,
  denied: Denied,
  basis: Basis,
): Promise<void> {
  const at = clock.nowIso();
  const { contactId, caseId, agreementId, effectKey, step, channel, purpose, debtorId, personId } = request;
  const denials = denied.denials.map(({ rule, until }) => ({ rule, until }));
  const answerHash = hashOf({ denials, earliest: denied.earliest });
  const { earliest } = denied;
  const stored = {
    contactId,
    answerHash,
    caseId,
    agreementId,
    effectKey,
    denials: denied.denials,
    earliest,
    basis,
    at,
  };
  if (!(await insertDenial(tx, stored))) return;

  const head = await journal.append(tx, {
    caseId,
    kind: 'permit-denied',
    at,
    actor: request.actor,
    data: {
      contactId,
      effectKey,
      channel,
      purpose,
      packs: [...basis.packs],
      factsHash: basis.factsHash,
      denials: denied.denials.map(({ rule, pack, packVersion, until }) => ({ rule, pack, packVersion, until })),
      earliest,
    },
  });
  const { caseSeq } = request.expects;
  const data = { caseId, caseSeq, debtorId, personId, effectKey, step, channel, purpose, denials, at };
  await publish(tx, [
    {
      type: 'arrears.contacts.permit-denied.v1',
      debtorId,
      aggregate: contactId,
      version: caseSeq,
      data,
      at,
      caseId,
      head,
    },
  ]);
}
