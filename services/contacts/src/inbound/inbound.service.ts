import type { Clock } from '@arrears/clock';
import type { MessageReceived } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { isCaseOf, openCase } from '../concerned.store.js';
import { lockLedgers, touchLedgers } from '../gate/ledgers.store.js';
import { journal } from '../journal.js';
import { findPoint } from '../points/point.store.js';
import { publish } from '../publish.js';
import { inboundRaises, type InboundChannel, type InboundOutcome } from './inbound.js';
import { insertInbound } from './inbound.store.js';

export interface Inbound {
  inboundId: string;
  personId: string;
  debtorId: string;
  agreementId: string;
  /** Left out: the debtor's open case under the agreement, if there is one. */
  caseId: string | null;
  contactPointId: string | null;
  channel: InboundChannel;
  outcome: InboundOutcome;
  actor: string;
  at: string;
}

/**
 * Somebody got in touch: counted as it happened, and for a day he may be answered. Telling it twice is once.
 * @throws ProblemError `conflict` for a case, a point or a time that can't be
 */
export async function recordInbound(tx: Tx, clock: Clock, inbound: Inbound): Promise<{ inboundId: string }> {
  const { inboundId, personId, debtorId, agreementId, contactPointId, channel, outcome, actor } = inbound;
  if (Date.parse(inbound.at) > clock.now()) throw problem('conflict', 'A contact does not lie in the future.');
  if (inbound.caseId !== null && !(await isCaseOf(tx, inbound.caseId, debtorId, agreementId)))
    throw problem('conflict', 'The case is not one of this debtor.');
  await lockLedgers(tx, [debtorId, personId]);
  const number = contactPointId === null ? null : await numberOf(tx, { contactPointId, personId });
  const caseId = inbound.caseId ?? (await openCase(tx, debtorId, agreementId));
  const at = new Date(inbound.at).toISOString();
  const counted = inboundRaises(channel, outcome);
  if (!(await insertInbound(tx, { ...inbound, at, caseId, number, counted }))) return { inboundId };
  await touchLedgers(tx, [debtorId, personId]);

  if (caseId === null) return { inboundId };
  const data = { inboundId, personId, channel, outcome };
  const head = await journal.append(tx, { caseId, kind: 'inbound-contact', at: clock.nowIso(), actor, data });
  const record = {
    ...{ contactId: inboundId, caseId, agreementId, debtorId, personId },
    ...(contactPointId === null ? {} : { contactPointId }),
    ...{ direction: 'inbound' as const, channel, purpose: 'serve', outcome, actor, at },
  };
  const about = { debtorId, aggregate: inboundId, version: 1, at, caseId, head };
  await publish(tx, [{ type: 'arrears.contacts.contact-recorded.v1', data: record, ...about }]);
  return { inboundId };
}

/** A reply to one of our messages is his getting in touch as well. */
export async function takeReply(tx: Tx, clock: Clock, received: MessageReceived): Promise<void> {
  const { inboundId, personId, debtorId, agreementId, caseId = null, contactPointId, channel } = received;
  // Business clocks of two processes differ a little: what was received is never later than now.
  const at = Date.parse(received.at) > clock.now() ? clock.nowIso() : received.at;
  await recordInbound(tx, clock, {
    ...{ inboundId, personId, debtorId, agreementId, caseId, contactPointId, at },
    ...(channel === 'voiceBot'
      ? { channel: 'call' as const, outcome: 'conversation' as const }
      : { channel, outcome: 'message' as const }),
    actor: 'service:notifications',
  });
}

async function numberOf(tx: Tx, of: { contactPointId: string; personId: string }): Promise<string> {
  const known = (await findPoint(tx, of.contactPointId)).find(({ personId }) => personId === of.personId);
  if (known === undefined) throw problem('conflict', 'The contact point is not one of this person.');
  return known.number;
}
