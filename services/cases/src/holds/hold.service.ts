import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import type { Agreement } from '../agreements/agreement.js';
import type { CaseRow } from '../cases/case.store.js';
import { recordChanges, type Change } from '../cases/changes.js';
import type { Ledger } from '../ledger.js';
import { shapeHold, type HoldInput } from './hold.js';
import { holdStore } from './hold.store.js';

/**
 * Writes a hold on a locked case as the policy of its lead account shapes it; the caller records the change.
 * @throws ProblemError where it names what is not part of the case, or would last as the policy does not let it
 */
export async function placeHold(
  tx: Tx,
  ledger: Ledger,
  of: { caseId: string; agreement: Agreement; input: HoldInput; actor: string },
): Promise<{ holdId: string; change: Change }> {
  const { caseId, input, actor } = of;
  const known = await holdStore.known(tx, caseId);
  const stranger = [
    ...(input.accounts ?? []).filter((account) => !known.accounts.includes(account)),
    ...(input.persons ?? []).filter((person) => !known.persons.includes(person)),
  ];
  if (stranger.length > 0)
    throw problem('conflict', 'The hold names an account or a person that is not part of the case.');
  const [pin] = known.pins;
  const policy =
    pin === undefined ? null : ledger.policies.get({ policyId: pin.policy_id, version: pin.policy_version });
  const rule = policy?.holds.find((one) => one.kind === input.kind);
  const { port } = ledger.calendarOf(of.agreement);
  const shape = shapeHold(input, rule, ledger.clock.now(), (at, span) => port.add(at, span));
  if ('refused' in shape) throw problem('conflict', shape.refused);
  const holdId: string = newId<'HoldId'>();
  await holdStore.insert(tx, { holdId, caseId, input, shape, at: ledger.clock.nowIso(), actor });
  const fields = { holdId, kind: input.kind };
  return { holdId, change: { what: 'hold-placed', fields, voids: shape.effects.includes('contact') } };
}

/**
 * The number of a person of this locked case is a stranger's: whatever else is known of that person may be as wrong, so
 * nothing more goes to him until his numbers are checked. What waits is void. Once while it lasts.
 */
export async function holdForNumberCheck(
  tx: Tx,
  ledger: Ledger,
  row: CaseRow,
  of: { personId: string; actor: string },
): Promise<void> {
  const { personId, actor } = of;
  const { case_id: caseId } = row;
  if (await holdStore.isHeld(tx, { caseId, personId, kind: 'number-check', at: ledger.clock.nowIso() })) return;
  const agreement = await ledger.agreement(tx, row.agreement_id);
  if (agreement === null) throw new Error('the agreement of a case is gone');
  const input: HoldInput = { kind: 'number-check', persons: [personId] };
  const { change } = await placeHold(tx, ledger, { caseId, agreement, input, actor });
  await recordChanges(tx, ledger, row, { agreement, changes: [change], actor, wake: { do: 'signal' } });
}
