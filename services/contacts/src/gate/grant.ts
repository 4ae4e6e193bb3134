import type { JournalRecord } from '@arrears/audit';
import type { EventKind } from '@arrears/compliance';
import type { Clock } from '@arrears/clock';
import { newId, type PermitRequest } from '@arrears/contracts';
import { journal } from '../journal.js';
import { isThirdParty, relationClass } from '../third-parties/third-party.js';
import { eventsRaised } from './channels.js';
import type { GateFacts } from './facts.js';
import type { GateDecision } from './gate.js';
import type { Basis, PermitRow } from './permit.store.js';

/** A permit as it is going to be written, and what the journal says of it. */
export interface NewPermit {
  row: PermitRow;
  request: PermitRequest;
  /** Blind index in hex. */
  number: string;
  basis: Basis;
  reserves: readonly EventKind[];
}

/** Real time; or until the contact window closes, whichever comes first. */
export const permitLifeMs = 60_000;
const defaultLanguage = 'zh-CN';

export function grantedPermit(
  clock: Clock,
  request: PermitRequest,
  facts: GateFacts,
  { point, validUntil, timeZone }: Extract<GateDecision, { verdict: 'granted' }>,
  basis: Basis,
): { permit: NewPermit; record: JournalRecord } {
  const { person } = facts;
  const windowEndsReal = clock.toReal(Date.parse(validUntil)) ?? Infinity;
  const row: PermitRow = {
    ...request,
    permitId: newId<'PermitId'>(),
    contactPointId: point.contactPointId,
    state: 'granted',
    contentHash: null,
    language: person?.language ?? defaultLanguage,
    timeZone,
    grantedAt: new Date(facts.now),
    validUntil: new Date(validUntil),
    expiresAt: new Date(Math.min(clock.realNow() + permitLifeMs, windowEndsReal)),
  };
  const third = isThirdParty(relationClass(person?.role ?? null, person?.relation ?? null));
  const reserves = eventsRaised(request.channel, request.purpose, third);
  const permit = { row, request, number: point.number, basis, reserves };
  return { permit, record: grantedRecord(permit, facts.now) };
}

function grantedRecord({ row, request, basis, reserves }: NewPermit, at: string): JournalRecord {
  const { contactId, effectKey, channel, purpose, contentKey, templateId, templateVersion, agencyId } = request;
  return journal.checked({
    caseId: request.caseId,
    kind: 'permit-granted',
    at,
    actor: request.actor,
    data: {
      ...{ permitId: row.permitId, contactId, effectKey, channel, purpose, contentKey },
      packs: [...basis.packs],
      factsHash: basis.factsHash,
      contactPointId: row.contactPointId,
      ...(templateId === undefined ? {} : { templateId }),
      ...(templateVersion === undefined ? {} : { templateVersion }),
      ...(agencyId === undefined ? {} : { agencyId }),
      reserves: [...reserves],
      validUntil: row.validUntil.toISOString(),
    },
  });
}
