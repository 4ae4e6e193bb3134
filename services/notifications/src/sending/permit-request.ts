import { createHash } from 'node:crypto';
import type { Clock } from '@arrears/clock';
import type { CaseFacts, PermitRequest } from '@arrears/contracts';
import type { MessageRow } from '../messages/message.store.js';
import type { Template } from '../templates/template.js';
import { variablesFor } from '../templates/variables.js';
import { today } from './parts.js';

/** What the text will be made of; without it a permit can be asked for that goes back unused, and no other. */
export interface Source {
  template: Template;
  facts: CaseFacts;
}

/** The hash of what the text will say: one permit is for one content. The salutation comes with the permit itself. */
export function permitRequestFor(row: MessageRow, source: Source | undefined, clock: Clock): PermitRequest {
  const content =
    source === undefined
      ? { template: row.templateId }
      : {
          template: source.template.id,
          version: source.template.version,
          variables: variablesFor(source.facts, row.covers, today(source.facts, clock), 'en'),
        };
  return {
    contactId: row.messageId,
    effectKey: row.effectKey,
    step: row.step,
    caseId: row.caseId,
    agreementId: row.agreementId,
    debtorId: row.debtorId,
    personId: row.personId,
    contactPointIds: row.contactPointIds,
    channel: row.channel,
    purpose: row.purpose,
    covers: row.covers,
    expects: { caseSeq: row.caseSeq },
    templateId: row.templateId,
    ...(source !== undefined && { templateVersion: source.template.version }),
    contentKey: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
    actor: 'machine',
  };
}
