import type { Clock } from '@arrears/clock';
import { defaultJurisdiction } from '@arrears/compliance';
import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { UnknownPack, type BoundRules, type NamedRules, type RuleBook } from '../gate/packs.js';
import { mayDecide } from '../persons/status.js';
import {
  decideRuleChange,
  insertRuleChange,
  readRuleChange,
  saveAgreementRules,
  type RuleChangeRow,
  type RulesContent,
} from './agreement-rules.store.js';

/** Asks for other rules; they bind nobody until a second person agrees. */
export async function askForRules(
  tx: Tx,
  parts: { clock: Clock; rules: RuleBook },
  asked: RulesContent & { agreementId: string; actor: string },
): Promise<RuleChangeRow> {
  const { actor, ...content } = asked;
  mustHold(parts.rules, content);
  const changeId: string = newId<'RuleChangeId'>();
  if (!(await insertRuleChange(tx, { ...content, changeId, by: actor, at: parts.clock.nowIso() })))
    throw problem('conflict', 'Another change of these rules waits for its decision.');
  return mustRead(tx, content.agreementId, changeId);
}

/**
 * The second person's answer. What was asked is looked at once more: packs may have come and gone since.
 * @throws ProblemError `not-found`, `conflict` when it is decided, `not-allowed` for who asked for it, `invalid-input`
 */
export async function decideRules(
  tx: Tx,
  parts: { clock: Clock; rules: RuleBook },
  of: { agreementId: string; changeId: string; decision: 'approve' | 'refuse'; actor: string },
): Promise<RuleChangeRow> {
  const { agreementId, changeId, decision, actor } = of;
  const change = await mustRead(tx, agreementId, changeId, 'FOR UPDATE');
  if (change.state !== 'requested') throw problem('conflict', `The change was ${change.state}.`);
  if (!mayDecide(change.requestedBy, actor)) throw problem('not-allowed', 'Nobody decides what he asked for himself.');
  const at = parts.clock.nowIso();
  if (decision === 'refuse') await decideRuleChange(tx, { changeId, state: 'refused', version: null, by: actor, at });
  else {
    mustHold(parts.rules, change);
    const { packs, jurisdiction, actsAs } = change;
    const { version } = await saveAgreementRules(tx, { agreementId, packs, jurisdiction, actsAs, by: actor, at });
    await decideRuleChange(tx, { changeId, state: 'applied', version, by: actor, at });
  }
  return mustRead(tx, agreementId, changeId);
}

/** @throws ProblemError `invalid-input` naming what there is no pack for, or the law that is left out */
export function mustHold(book: RuleBook, named: NamedRules): BoundRules {
  const refused = (detail: string, message: string) => {
    const path = named.packs === null ? 'jurisdiction' : 'packs';
    return problem('invalid-input', detail, [{ path, message }]);
  };
  try {
    const missing = book.missingLaw(named);
    if (missing.length > 0) throw refused('An agreement frees nobody of the law.', `left out: ${missing.join(', ')}`);
    return book.of(named);
  } catch (error) {
    if (!(error instanceof UnknownPack)) throw error;
    const detail = `Nobody can be contacted by rules that do not exist (${defaultJurisdiction} has its own).`;
    throw refused(detail, error.message);
  }
}

async function mustRead(
  tx: Tx,
  agreementId: string,
  changeId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<RuleChangeRow> {
  const change = await readRuleChange(tx, changeId, lock);
  if (change === null || change.agreementId !== agreementId) throw problem('not-found', 'There is no such change.');
  return change;
}
