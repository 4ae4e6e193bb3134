import type { Clock } from '@arrears/clock';
import { eventId, type PermitRequest } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { journal } from '../journal.js';
import type { GateDecision } from './gate.js';
import { hashOf } from './gate.facts.js';
import { insertDenial } from './gate.store.js';

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
  basis: { packs: readonly { pack: string; packVersion: string }[]; factsHash: string },
): Promise<void> {
  const at = clock.nowIso();
  const { contactId, caseId, effectKey, step, channel, purpose, debtorId, personId } = request;
  const denials = denied.denials.map(({ rule, until }) => ({ rule, until }));
  const answerHash = hashOf({ denials, earliest: denied.earliest });
  const stored = { contactId, answerHash, caseId, effectKey, rulePacks: basis.packs, factsHash: basis.factsHash, at };
  if (!(await insertDenial(tx, { ...stored, denials: denied.denials, earliest: denied.earliest }))) return;

  const { hash, seq } = await journal.append(tx, {
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
      earliest: denied.earliest,
    },
  });
  const type = 'arrears.contacts.permit-denied.v1';
  const data = {
    caseId,
    caseSeq: request.expects.caseSeq,
    debtorId,
    personId,
    effectKey,
    step,
    channel,
    purpose,
    denials,
    at,
  };
  const id = eventId({
    service: 'contacts',
    aggregate: contactId,
    version: request.expects.caseSeq,
    type,
    ordinal: 0,
    dataHash: hashOf(data),
  });
  await appendOutbox(tx, [
    {
      destination: 'kafka',
      topic: 'contacts.records.v1',
      key: debtorId,
      type,
      data,
      id,
      time: at,
      subject: caseId,
      headers: { ce_journalhead: hash, ce_journalseq: String(seq) },
    },
  ]);
}
