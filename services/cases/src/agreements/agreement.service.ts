import { calendars } from '@arrears/calendar';
import type { Tx } from '@arrears/persistence';
import { problem, type Answer } from '@arrears/service';
import { canonical } from '../canonical.js';
import type { Ledger } from '../ledger.js';
import { calendarNamed } from './agreement-calendar.js';
import type { Agreement } from './agreement.js';
import { agreementStore } from './agreement.store.js';

/** @throws a problem: unknown calendar, or the same id with other content */
export async function createAgreement(
  tx: Tx,
  ledger: Pick<Ledger, 'clock'>,
  input: Agreement,
  actor: string,
): Promise<Answer> {
  if (calendarNamed(input.calendar) === null) {
    const message = `one of: ${Object.keys(calendars).join(', ')}`;
    throw problem('invalid-input', 'There is no such calendar.', [{ path: 'calendar', message }]);
  }
  if (await agreementStore.insert(tx, input, ledger.clock.nowIso(), actor)) return { status: 201, body: input };
  const known = await agreementStore.find(tx, input.agreementId);
  if (addsComplaintChannel(known, input)) {
    await agreementStore.addComplaintChannel(tx, input.agreementId, input.complaintChannel);
    return { status: 200, body: input };
  }
  if (canonical(known) !== canonical(input))
    throw problem('conflict', 'There is an agreement of that id with other terms.');
  return { status: 200, body: known };
}

/** Agreements from before messages named it have none: the same terms with one complete the agreement. */
function addsComplaintChannel(
  known: Agreement | null,
  input: Agreement,
): input is Agreement & { complaintChannel: string } {
  if (known === null || known.complaintChannel !== undefined || input.complaintChannel === undefined) return false;
  return canonical({ ...known, complaintChannel: input.complaintChannel }) === canonical(input);
}

const knownForMs = 5_000;

/** Agreements are read with every event and hardly ever change: found ones are kept for seconds, missing ones never. */
export function agreementFinder(now: () => number): (tx: Tx, agreementId: string) => Promise<Agreement | null> {
  const known = new Map<string, { agreement: Agreement; until: number }>();
  return async (tx, agreementId) => {
    const kept = known.get(agreementId);
    if (kept !== undefined && kept.until > now()) return kept.agreement;
    const agreement = await agreementStore.find(tx, agreementId);
    if (agreement !== null) known.set(agreementId, { agreement, until: now() + knownForMs });
    return agreement;
  };
}
