import { newId } from '@arrears/contracts';
import type { Actor } from '@arrears/auth';
import { seesAgreement } from '@arrears/auth';
import { idempotent, problem, type Answer } from '@arrears/service';
import type { Database, Tx } from '@arrears/persistence';
import type { Agreement } from '../agreements/agreement.js';
import { caseStore, type CaseRow } from '../cases/case.store.js';
import { recordChanges, type Change } from '../cases/changes.js';
import type { Ledger } from '../ledger.js';
import { commandStore, commandView, type CommandName } from './command.store.js';

/** What a command has written, and what is to be published for it. */
export interface CommandEffect {
  changes: Change[];
  result: Record<string, unknown>;
}
export interface GivenCommand {
  name: CommandName;
  key: string;
  route: string;
  caseId: string;
  actor: Actor;
  input: unknown;
  /** Runs under the lock of an open case. Throws a problem to refuse. */
  work: (tx: Tx, at: { row: CaseRow; agreement: Agreement; commandId: string }) => Promise<CommandEffect>;
}

/**
 * A person's command on one case: rows, journal, event, and the update that makes the workflow take it into account, in
 * one transaction. Answers 202 with the command; its status goes to `applied` with the next decision.
 */
export async function giveCommand(
  database: Database,
  ledger: Ledger,
  given: GivenCommand,
): Promise<Answer & { replayed: boolean }> {
  const { key, actor, route, caseId, input, name } = given;
  return idempotent(database, { key, actor: actor.sub, route, input: { caseId, input } }, async (tx) => {
    const row = await caseStore.lock(tx, caseId);
    if (row === null || !seesAgreement(actor, row.agreement_id))
      throw problem('not-found', 'There is no such case in your scope.');
    if (row.status !== 'open') throw problem('conflict', 'The case is closed.');
    const agreement = await ledger.agreement(tx, row.agreement_id);
    if (agreement === null) throw problem('conflict', 'The agreement of the case is gone.');
    const commandId: string = newId<'CommandId'>();
    const { changes, result } = await given.work(tx, { row, agreement, commandId });
    const wake = { do: 'command', commandId, name } as const;
    await recordChanges(tx, ledger, row, { agreement, changes, actor: actor.sub, wake });
    const at = ledger.clock.nowIso();
    const common = { commandId, key, caseId, name, actor: actor.sub, detail: null, result, at };
    await commandStore.insert(tx, { ...common, caseSeq: row.case_seq, status: 'accepted' });
    const shown = { command_id: commandId, command_key: key, case_id: caseId, name, detail: null, result };
    const body = commandView({ ...shown, status: 'accepted', given_at: new Date(at), applied_at: null });
    return { status: 202, body };
  });
}
