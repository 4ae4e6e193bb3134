import type { CaseFacts } from '@arrears/contracts';
import { blindIndex } from '@arrears/persistence';
import { journal } from '../journal.js';
import { publishFact } from '../messages/message-facts.js';
import { findMessage, lockMessage } from '../messages/message.store.js';
import { putBack, type ClaimedRow } from '../messages/queue.store.js';
import { heard, moveMessage, writeHandOver, writeIntent, type Change } from '../messages/transition.store.js';
import type { SendAnswer } from '../providers/ports.js';
import { languageFor, type Template } from '../templates/template.js';
import { usualTerm, variablesFor } from '../templates/variables.js';
import { ContentRefused, type Content, type ContentInput, type Granted } from './content.js';
import { destinationText } from '../messages/destination.js';
import { giveBack } from './give-back.js';
import { handTo } from './hand-to.js';
import type { Provider } from './providers.js';
import { today, type Attempt, type SenderParts } from './parts.js';
import { tellGate } from './tell-gate.js';
import { silentGateMs } from './waits.js';

export interface HandOver {
  row: ClaimedRow;
  facts: CaseFacts;
  template: Template;
  permit: Granted;
  /** Real time at which the gate was asked: it judged no earlier. */
  askedAt: number;
  provider: Provider;
}

/**
 * Real ms from the question to the gate within which the answer must be used, at the first provider as at the next: a stop
 * order or a payment binds within 5 s, however long gate, press or database took.
 */
const useWithinMs = 3_000;
const ourService = 'service:notifications';

/** Content made and written down, then one provider after another as long as those before surely did not send. */
export async function handOver(parts: SenderParts, of: HandOver): Promise<Attempt> {
  const content = await contentOf(parts, of);
  if (content === undefined) return contentRefused(parts, of);
  if (!(await writeDown(parts, of, content))) return withdrawn(parts, of);

  const tried = new Set<string>();
  for (let provider = of.provider; ;) {
    const { port } = provider;
    if (!isFresh(parts, of)) return tooLate(parts, of);
    if (!(await writeProvider(parts, of, port.id))) return 'withdrawn';
    // To write it down may have taken long: until we call, it is certain that nothing left.
    if (!isFresh(parts, of)) return tooLate(parts, of);
    // From here on only the provider knows; whoever comes after us asks it.
    const answer = await parts.measured(port.id, () => handTo(port, of.row, content, of.permit));
    parts.providers.note(port.id, answer);
    tried.add(port.id);
    const next = surelyNotSent(answer) ? parts.providers.pick(port.channel, tried) : undefined;
    if (next === undefined) return settle(parts, of, answer);
    if (!(await backToPermitted(parts, of, port.id, codeOf(answer)))) return 'withdrawn';
    await next.pace.take();
    provider = next;
  }
}

/**
 * It was withdrawn or has left another way while we asked: what was reserved for it goes back, now or when the gate answers
 * again. Not so a permit that another sender wrote down; and a message that is queued gets it when it asks again.
 */
async function withdrawn(parts: SenderParts, { row: { messageId }, permit }: HandOver): Promise<Attempt> {
  const { db } = parts;
  const row = await findMessage(db, messageId);
  if (row && row.state !== 'queued' && row.permitId !== permit.permitId) {
    if (await giveBack(parts, messageId, permit.permitId)) await heard(db, messageId);
  }
  return 'withdrawn';
}

function isFresh({ clock }: SenderParts, { permit, askedAt }: HandOver): boolean {
  const now = clock.realNow();
  return now < Date.parse(permit.expiresAt) && now - askedAt < useWithinMs;
}

/** The permit goes back unused and the message into the queue: what the gate knows by now, it is asked anew. */
async function tooLate(parts: SenderParts, of: HandOver): Promise<Attempt> {
  const attempt = await settle(parts, of, { answer: 'unreachable', code: 'permit-over' });
  return attempt === 'unreachable' ? 'waiting' : attempt;
}

/** Whether another provider may take it: this one surely did not, and it was not for something in the message itself. */
function surelyNotSent(answer: SendAnswer): boolean {
  switch (answer.answer) {
    case 'throttled':
    case 'unreachable':
      return true;
    case 'refused':
      return answer.blames === 'provider';
    case 'accepted':
    case 'unknown':
      return false;
  }
}

function codeOf(answer: SendAnswer): string {
  return 'code' in answer ? answer.code.slice(0, 100) : answer.answer;
}

/** Undefined = the text can't be made of what is known, or must not be sent as it came out. */
async function contentOf(parts: SenderParts, { row, facts, template, permit }: HandOver): Promise<Content | undefined> {
  const language = languageFor(permit.language);
  const at = parts.clock.nowIso();
  const date = today(facts, parts.clock);
  const { deemedAfterDays, termDays } = row;
  const term = {
    days: termDays ?? usualTerm.days,
    deemedAfterDays: deemedAfterDays ?? usualTerm.deemedAfterDays,
  };
  const variables: ContentInput['variables'] = {
    ...variablesFor(facts, row.covers, date, language, term),
    salutation: permit.salutation,
  };
  try {
    return await parts.makeContent({ row, facts, template, language, variables, permit, date, at });
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    parts.onUnfit(template.id, error.codes);
    return undefined;
  }
}

/** Nothing was written under the permit yet: the gate gets it back at once, or the message asks again and gets the same one. */
async function contentRefused(parts: SenderParts, { row, permit }: HandOver): Promise<Attempt> {
  const { db, clock } = parts;
  if (!(await giveBack(parts, row.messageId, permit.permitId))) {
    await putBack(db, row.messageId, { realMs: silentGateMs(row), heard: false });
    return 'waiting';
  }
  const at = clock.nowIso();
  await db.transaction(async (tx) => {
    const change = { state: 'failed', because: 'failed', heard: true } as const;
    if (!(await moveMessage(tx, row.messageId, ['queued'], change, at))) return;
    await publishFact(tx, row, 'failed', { because: 'failed' }, at);
  });
  return 'unfit';
}

async function writeDown(parts: SenderParts, { row, template, permit }: HandOver, content: Content): Promise<boolean> {
  const { db, clock, personKeys, indexKey } = parts;
  const person = { personId: row.personId, agreementId: row.agreementId };
  const sealed = await personKeys.encrypt(person, `message:${row.messageId}`, content.kept);
  const fileHash = content.kind === 'letter' ? content.fileHash : null;
  const { permitId, contactPointId, validUntil } = permit;
  const { contentHash } = content;
  return db.transaction(async (tx) => {
    const at = clock.nowIso();
    const intent = {
      permitId,
      permitExpiresReal: permit.expiresAt,
      contactPointId,
      validUntil,
      templateVersion: template.version,
      content: sealed,
      contentHash,
      fileHash,
      destinationIndex: blindIndex(indexKey, 'destination', destinationText(row.channel, permit.destination)),
    };
    if (!(await writeIntent(tx, row.messageId, intent, at))) return false;
    await journal.append(tx, {
      caseId: row.caseId,
      kind: 'message-permitted',
      at,
      actor: ourService,
      data: {
        messageId: row.messageId,
        permitId,
        contactPointId,
        templateId: template.id,
        templateVersion: template.version,
        contentHash,
        ...(fileHash !== null && { fileHash }),
      },
    });
    return true;
  });
}

async function writeProvider(
  { db, clock }: SenderParts,
  { row, permit }: HandOver,
  provider: string,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const at = clock.nowIso();
    const { messageId, caseId } = row;
    const { permitId } = permit;
    if (!(await writeHandOver(tx, { messageId, permitId, provider }, at))) return false;
    const data = { messageId, permitId, provider };
    await journal.append(tx, { caseId, kind: 'message-handed-over', at, actor: ourService, data });
    return true;
  });
}

/** The provider did not take it: the message is ours again, under the same permit. */
async function backToPermitted(
  { db, clock }: SenderParts,
  { row, permit }: HandOver,
  provider: string,
  code: string,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const at = clock.nowIso();
    const { messageId, caseId } = row;
    const { permitId } = permit;
    const lookAgainMs = Math.max(0, Date.parse(permit.expiresAt) - clock.realNow()) + 5_000;
    const change: Change = { state: 'permitted', permitId, lookAgainMs };
    if (!(await moveMessage(tx, messageId, ['handed-over'], change, at))) return false;
    const data = { messageId, permitId, provider, code };
    await journal.append(tx, { caseId, kind: 'message-not-taken', at, actor: ourService, data });
    return true;
  });
}

/** Writes the provider's answer, unless a receipt was faster. */
async function settle(
  parts: SenderParts,
  { row: { messageId }, permit }: HandOver,
  answer: SendAnswer,
): Promise<Attempt> {
  const at = parts.clock.nowIso();
  const { permitId } = permit;
  const attempt = await parts.db.transaction(async (tx): Promise<Attempt> => {
    const row = await lockMessage(tx, { messageId });
    if ((row?.state !== 'handed-over' && row?.state !== 'permitted') || row.permitId !== permitId) return 'accepted';
    const move = (change: Change) => moveMessage(tx, messageId, [row.state], change, at);
    switch (answer.answer) {
      case 'accepted':
        await move({ state: 'accepted', providerMessageId: answer.providerMessageId, owedToGate: 'handed-over' });
        await publishFact(tx, row, 'accepted', {}, at);
        return 'accepted';
      case 'unknown':
        await move({ state: 'unknown', owedToGate: 'unknown', lookAgainMs: 1_000 });
        await publishFact(tx, row, 'unknown', {}, at);
        return 'unknown';
      case 'throttled':
      case 'unreachable': {
        const lookAgainMs = Math.max(silentGateMs(row), answer.answer === 'throttled' ? answer.retryAfterMs : 0);
        await move({ state: 'queued', owedToGate: 'never-left', lookAgainMs });
        const data = { messageId, permitId, provider: row.provider, code: codeOf(answer) };
        await journal.append(tx, { caseId: row.caseId, kind: 'message-not-taken', at, actor: ourService, data });
        return answer.answer;
      }
      case 'refused': {
        const { nobodyThere } = answer;
        if (nobodyThere !== undefined) {
          await move({ state: 'returned', because: nobodyThere, owedToGate: 'never-left' });
          // As a bounce it makes the number or address invalid. Its permit goes back: under it nothing may count as sent.
          const returned = { because: nobodyThere, returnedAt: at };
          await publishFact(tx, { ...row, permitId: null }, 'returned', returned, at);
          return 'refused';
        }
        await move({ state: 'failed', because: 'refused-by-provider', owedToGate: 'never-left' });
        await publishFact(tx, row, 'failed', { because: 'refused-by-provider' }, at);
        return 'refused';
      }
    }
  });
  await tellGate(parts, messageId);
  return attempt;
}
