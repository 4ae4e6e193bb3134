import type { Clock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { concernedBy } from '../concerned.store.js';
import { lockLedgers, touchLedgers } from '../gate/ledgers.store.js';
import { journal } from '../journal.js';
import { insertDemand, readDemand, withdrawDemand, type CeaseDemandRow } from './cease-demand.store.js';

/** He wrote that contact must cease: from the commit on the gate knows it, for every id that he is known under. */
export async function recordDemand(
  tx: Tx,
  clock: Clock,
  demand: { personId: string; agreementId: string; channels: readonly string[]; proof: string; actor: string },
): Promise<CeaseDemandRow> {
  const { personId, agreementId, proof, actor } = demand;
  await lockLedgers(tx, [personId]);
  const demandId: string = newId<'CeaseDemandId'>();
  const channels = [...new Set(demand.channels)].sort();
  const at = clock.nowIso();
  await insertDemand(tx, { demandId, personId, agreementId, channels, proof, recordedBy: actor, at });
  await tell(tx, { demandId, personId, agreementId, channels }, { kind: 'cease-demanded', actor, at });
  return mustRead(tx, demandId);
}

/** Only he takes it back, and in writing. Withdrawing twice is once. */
export async function takeBackDemand(
  tx: Tx,
  clock: Clock,
  of: { demandId: string; proof: string; actor: string },
): Promise<CeaseDemandRow> {
  const { personId } = await mustRead(tx, of.demandId);
  await lockLedgers(tx, [personId]);
  const demand = await mustRead(tx, of.demandId, 'FOR UPDATE');
  if (demand.withdrawnAt !== null) return demand;
  const at = clock.nowIso();
  await withdrawDemand(tx, { ...of, at });
  await tell(tx, demand, { kind: 'cease-withdrawn', actor: of.actor, at });
  return mustRead(tx, of.demandId);
}

/** Who read the ledger before must read again; every open case under the agreement is told in its journal. */
async function tell(
  tx: Tx,
  {
    demandId,
    personId,
    agreementId,
    channels,
  }: Pick<CeaseDemandRow, 'demandId' | 'personId' | 'agreementId' | 'channels'>,
  of: { kind: 'cease-demanded' | 'cease-withdrawn'; actor: string; at: string },
): Promise<void> {
  await touchLedgers(tx, [personId]);
  for (const { caseId, agreementId: under } of await concernedBy(tx, [personId]))
    if (caseId !== null && under === agreementId)
      await journal.append(tx, { caseId, ...of, data: { demandId, personId, channels } });
}

async function mustRead(tx: Tx, demandId: string, lock: '' | 'FOR UPDATE' = ''): Promise<CeaseDemandRow> {
  const demand = await readDemand(tx, demandId, lock);
  if (demand === null) throw problem('not-found', 'There is no such demand.');
  return demand;
}
