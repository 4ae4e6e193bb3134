import type { Invariant } from '@arrears/observability';
import { journal } from '../journal.js';
import { askAgainAfterSeconds, isOpen } from '../messages/message.js';
import { publishFact } from '../messages/message-facts.js';
import { takeProviderStatus, violationsIn } from '../messages/message-outcome.js';
import { lockMessage, type MessageRow } from '../messages/message.store.js';
import { lookAgain, moveMessage, openMessages, silentMessages, stillSilent } from '../messages/transition.store.js';
import type { AskAnswer } from '../providers/ports.js';
import { providersThatSent } from '../receipts/receipt.store.js';
import { settleUnheard } from './give-back.js';
import type { SenderParts } from './parts.js';
import { tellGate } from './tell-gate.js';

type ReconcileParts = Pick<SenderParts, 'db' | 'clock' | 'gate' | 'templates' | 'providers' | 'measured' | 'violated'>;

/**
 * Settles what a crash, a time-out or a silent gate left open: messages that were permitted or handed over or are
 * unknown, permits whose use the gate has not heard of, and permits of which we have not. Never sends. Returns how many rows were looked at.
 */
export async function reconcile(parts: ReconcileParts, limit = 50): Promise<number> {
  const open = await openMessages(parts.db, limit);
  await sideBySide(open, (row) => settleOne(parts, row));
  return open.length;
}

async function settleOne(parts: ReconcileParts, row: MessageRow): Promise<void> {
  const settled =
    row.state === 'permitted' ? await unused(parts, row) : isOpen(row.state) ? await askProvider(parts, row) : true;
  const told = await tellGate(parts, row.messageId);
  const nothingUnheard = await settleUnheard(parts, row);
  if (!settled || !told || !nothingUnheard) await lookAgain(parts.db, row.messageId, nextLookMs(parts, row));
}

/** Ten at a time: a provider that answers nobody must not hold up what the gate has to hear of the others. */
async function sideBySide(rows: readonly MessageRow[], work: (row: MessageRow) => Promise<void>): Promise<void> {
  for (let from = 0; from < rows.length; from += 10) await Promise.all(rows.slice(from, from + 10).map(work));
}

/** A sender that is only slow may still be on its way to the provider for so long after its permit. */
const afterPermitMs = 5_000;

/**
 * Later and later, but never past the moment at which a provider that knows nothing means that nothing was sent: attempts
 * count the waits before sending too, and a message that waited long there would wait for minutes here.
 */
function nextLookMs({ clock }: ReconcileParts, row: MessageRow): number {
  const backOffMs = askAgainAfterSeconds(row.attempts) * 1000;
  if (row.permitExpiresReal === null) return backOffMs;
  const leftMs = Date.parse(row.permitExpiresReal) + afterPermitMs - clock.realNow();
  return leftMs > 0 ? Math.min(backOffMs, leftMs + 100) : backOffMs;
}

function permitOver({ clock }: ReconcileParts, row: MessageRow): boolean {
  return row.permitExpiresReal !== null && clock.realNow() > Date.parse(row.permitExpiresReal) + afterPermitMs;
}

/** Permitted, and no provider was ever called under the permit: once it is over, nobody may. */
async function unused(parts: ReconcileParts, row: MessageRow): Promise<boolean> {
  if (!permitOver(parts, row)) return false;
  await requeue(parts, row, 'permit-over');
  return true;
}

/**
 * Asks the providers of messages that they have and say nothing of: a lost receipt must not leave a letter for ever unposted.
 * Never sends, and never takes such a message back: what was accepted has left us. Returns how many were asked about.
 */
export async function askSilent(parts: ReconcileParts, limit = 20): Promise<number> {
  const silent = await silentMessages(parts.db, limit);
  await sideBySide(silent, async (row) => {
    const { answer } = await ask(parts, row);
    if (answer.answer !== 'known' || !(await takeAnswer(parts, row, answer))) await stillSilent(parts.db, row);
  });
  return silent.length;
}

async function ask({ providers, measured }: ReconcileParts, row: MessageRow) {
  const { messageId: clientReference, providerMessageId, provider } = row;
  const port = provider === null ? undefined : providers.find(provider);
  const answer: AskAnswer = port
    ? await measured(port.id, () => port.ask({ clientReference, providerMessageId }))
    : { answer: 'unknown' };
  return { port, answer };
}

/** True when it was news. */
async function takeAnswer(
  { db, clock, violated }: ReconcileParts,
  row: MessageRow,
  { answer: _known, at, ...told }: Extract<AskAnswer, { answer: 'known' }>,
): Promise<boolean> {
  const now = clock.nowIso();
  const word = { ...told, at: at === undefined ? now : new Date(at).toISOString() };
  let seen: Invariant[] = [];
  const news = await db.transaction(async (tx) => {
    const locked = await lockMessage(tx, { messageId: row.messageId });
    // Only of the hand-over that was asked about: meanwhile it may have gone another way.
    const asked = locked?.permitId === row.permitId ? locked : undefined;
    seen =
      asked === undefined
        ? []
        : violationsIn(asked, asked.provider, word, await providersThatSent(tx, asked.messageId));
    return asked === undefined || (await takeProviderStatus(tx, asked, word, now)) === 'moved';
  });
  // When it was delivered the provider may not say here: without, only a receipt tells that it was too late.
  for (const invariant of seen) if (invariant !== 'quiet_hours' || at !== undefined) violated?.(invariant);
  return news;
}

/** True when the outcome is known now. */
async function askProvider(parts: ReconcileParts, row: MessageRow): Promise<boolean> {
  const { port, answer } = await ask(parts, row);
  const now = parts.clock.nowIso();
  if (answer.answer === 'known') {
    await takeAnswer(parts, row, answer);
    return true;
  }
  if (!permitOver(parts, row)) return false;
  // The provider never had it and no permit allows it any more: it did not leave, and may be queued for a new permit.
  if (answer.answer === 'never-had' && port?.tellsNeverHad === true) {
    await requeue(parts, row, 'never-had');
    return true;
  }
  if (row.state === 'handed-over') await nobodyKnows(parts, row, now);
  return false;
}

/** The sender died on the way and the provider can't tell: people see it among the unknown ones from now on. */
async function nobodyKnows({ db }: ReconcileParts, row: MessageRow, now: string): Promise<void> {
  await db.transaction(async (tx) => {
    const change = { state: 'unknown', owedToGate: 'unknown', permitId: row.permitId } as const;
    if (await moveMessage(tx, row.messageId, ['handed-over'], change, now))
      await publishFact(tx, row, 'unknown', {}, now);
  });
}

async function requeue({ db, clock }: ReconcileParts, row: MessageRow, code: string): Promise<void> {
  const at = clock.nowIso();
  const { messageId, caseId, permitId, provider } = row;
  await db.transaction(async (tx) => {
    const change = { state: 'queued', owedToGate: 'never-left', permitId } as const;
    if (!(await moveMessage(tx, messageId, [row.state], change, at))) return;
    const data = { messageId, permitId, provider, code };
    await journal.append(tx, { caseId, kind: 'message-not-taken', at, actor: 'service:notifications', data });
  });
}
