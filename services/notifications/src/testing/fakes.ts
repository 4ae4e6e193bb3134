import type { PermitAnswer, PermitRequest, QueueMessage, CaseFacts } from '@arrears/contracts';
import type { Gate, GateAnswer, PermitCommit } from '../sending/gate.js';
import type { AskAnswer, Asked, MessageChannel, ProviderPort, SendAnswer, SmsPort } from '../providers/ports.js';
import type { Pace } from '../sending/pace.js';

/** Stand-ins for the two services beyond ours; the database stays real. */

export interface FakeGate extends Gate {
  asked: PermitRequest[];
  commits: { permitId: string; commit: PermitCommit }[];
  /** What the next requests are answered; the last one stays. */
  answers: GateAnswer[];
  taking: boolean;
}

export function granted(over: Partial<Extract<PermitAnswer, { verdict: 'granted' }>> = {}): PermitAnswer {
  return {
    verdict: 'granted',
    permitId: '0190a000-0000-7000-8000-00000000000a',
    contactPointId: '0190a000-0000-7000-8000-00000000000b',
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    validUntil: '2026-11-24T14:00:00.000Z',
    destination: '+12125550100',
    salutation: '示例客户',
    language: 'zh-CN',
    timeZone: 'Asia/Shanghai',
    caseSeq: 1,
    packs: [{ pack: 'cn-cba-2026', packVersion: '1' }],
    by: 'firstParty',
    ...over,
  };
}

export function fakeGate(...answers: FakeGate['answers']): FakeGate {
  const gate: FakeGate = {
    asked: [],
    commits: [],
    answers: answers.length > 0 ? answers : [granted()],
    taking: true,
    ask: async (request) => {
      gate.asked.push(request);
      return (gate.answers.length > 1 ? gate.answers.shift() : gate.answers[0]) ?? { verdict: 'no-answer' };
    },
    commit: async (permitId, commit) => {
      if (gate.taking) gate.commits.push({ permitId, commit });
      return gate.taking;
    },
  };
  return gate;
}

export interface FakeProvider<Port extends ProviderPort = SmsPort> {
  port: Port;
  /** What it was handed, in order. */
  sent: Parameters<Port['send']>[0][];
  /** References that it took, one entry each time: the truth, whatever it answered. */
  taken: string[];
  /** What the next are answered; the last one stays. A function may break, or take and then be silent. */
  answers: (SendAnswer | (() => Promise<SendAnswer>))[];
  /** What it tells of a message when asked; by default the truth. */
  known: ((reference: string) => AskAnswer) | undefined;
  recalls: 'recalled' | 'too-late' | 'unknown';
}

const isTaken = (answer: SendAnswer): boolean => answer.answer === 'accepted' || answer.answer === 'unknown';

/** A provider of any channel that does as it is told and remembers. */
export function fakeProvider<Channel extends MessageChannel = 'sms'>(
  of: { id?: string; channel?: Channel; ratePerSecond?: number; tellsNeverHad?: boolean } = {},
  ...answers: FakeProvider['answers']
): FakeProvider<Extract<ProviderPort, { channel: Channel }>> {
  const { id = 'sms-1', channel = 'sms' as Channel, ratePerSecond = 1_000, tellsNeverHad = true } = of;
  const provider = {
    sent: [] as { clientReference: string }[],
    taken: [] as string[],
    answers: answers.length > 0 ? answers : [{ answer: 'accepted', providerMessageId: 'p-1' } as const],
    known: undefined as ((reference: string) => AskAnswer) | undefined,
    recalls: 'recalled' as const,
    port: {
      id,
      channel,
      ratePerSecond,
      tellsNeverHad,
      send: async (message: { clientReference: string }): Promise<SendAnswer> => {
        provider.sent.push(message);
        const next = (provider.answers.length > 1 ? provider.answers.shift() : provider.answers[0]) ?? {
          answer: 'unknown',
        };
        const answer = typeof next === 'function' ? await next() : next;
        if (isTaken(answer)) provider.taken.push(message.clientReference);
        return answer;
      },
      ask: async ({ clientReference }: Asked): Promise<AskAnswer> => {
        if (provider.known) return provider.known(clientReference);
        if (provider.taken.includes(clientReference))
          return { answer: 'known', status: 'accepted', providerMessageId: 'p-1' };
        return tellsNeverHad ? { answer: 'never-had' } : { answer: 'unknown' };
      },
      ...(channel === 'letter' && { recall: async () => provider.recalls }),
    },
  };
  return provider as unknown as FakeProvider<Extract<ProviderPort, { channel: Channel }>>;
}

/** Never waits. */
export const noPace: Pace = { take: async () => undefined };

export const ids = {
  case: '0190a000-0000-7000-8000-000000000001',
  debtor: '0190a000-0000-5000-8000-000000000002',
  account: '0190a000-0000-7000-8000-000000000003',
  point: '0190a000-0000-5000-8000-000000000004',
};

export function message(over: Partial<QueueMessage> = {}): QueueMessage {
  return {
    effectKey: `${ids.case}/reminder-1/1`,
    step: 'reminder-1',
    caseId: ids.case,
    agreementId: 'AGR-1',
    debtorId: ids.debtor,
    personId: ids.debtor,
    contactPointIds: [ids.point],
    channel: 'sms',
    purpose: 'collect',
    templateId: 'reminder-1',
    covers: [ids.account],
    expects: { caseSeq: 2 },
    notBefore: '2026-11-24T00:00:00.000Z',
    notAfter: '2026-11-26T00:00:00.000Z',
    spread: false,
    ...over,
  };
}

export function facts(over: Partial<CaseFacts> = {}): CaseFacts {
  return {
    caseId: ids.case,
    caseNo: 'C-2222',
    agreementId: 'AGR-1',
    debtorId: ids.debtor,
    caseSeq: 2,
    voidBefore: 0,
    status: 'open',
    stage: 'reminder',
    level: 'normal',
    branch: null,
    creditorName: '示例银行',
    timeZone: 'Asia/Shanghai',
    accounts: [
      {
        accountId: ids.account,
        loanId: 'L-000123',
        episode: 1,
        status: 'open',
        product: 'credit-card',
        currency: 'CNY',
        principal: '1250000',
        interest: '0',
        fees: '0',
        overdue: '124600',
        earliestUnpaidDue: '2026-11-22',
        nextDue: '2026-12-22',
      },
    ],
    holds: [],
    ...over,
  };
}
