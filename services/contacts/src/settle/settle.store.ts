import type { EventKind } from '@arrears/compliance';
import type { Tx } from '@arrears/persistence';
import type { CountState, PermitState } from './settle.js';

export async function updatePermit(
  tx: Tx,
  permitId: string,
  to: { state: PermitState; contentHash: string | null; settled: boolean },
): Promise<void> {
  await tx.execute(
    `UPDATE permits
        SET state        = $2,
            content_hash = COALESCE(content_hash, $3),
            settled_at   = CASE WHEN $4 THEN COALESCE(settled_at, now()) ELSE settled_at END
      WHERE permit_id = $1`,
    [permitId, to.state, to.contentHash, to.settled],
  );
}

/** Kinds that the permit reserved, with how they now count. */
export async function settleEvents(
  tx: Tx,
  permitId: string,
  stateOf: (kind: EventKind) => CountState,
): Promise<Record<string, CountState>> {
  const rows = await tx.query<{ kind: EventKind }>('SELECT kind FROM counted_events WHERE permit_id = $1', [permitId]);
  const states = rows.map(({ kind }) => stateOf(kind));
  await tx.execute(
    `UPDATE counted_events AS event
        SET state = settled.state
       FROM unnest($2::text[], $3::text[]) AS settled (kind, state)
      WHERE event.permit_id = $1 AND event.kind = settled.kind AND event.state <> settled.state`,
    [permitId, rows.map(({ kind }) => kind), states],
  );
  return Object.fromEntries(rows.map(({ kind }, index) => [kind, states[index] ?? 'reserved']));
}
