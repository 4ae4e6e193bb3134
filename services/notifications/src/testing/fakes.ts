import type { PermitAnswer, PermitRequest, QueueMessage, CaseFacts } from '@arrears/contracts';
import type { Gate, PermitCommit } from '../sending/gate.js';
import type { AskAnswer, SendAnswer, SmsMessage, SmsProvider } from '../providers/sms-provider.js';

/** Stand-ins for the two services beyond ours; the database stays real. */

export interface FakeGate extends Gate {
  asked: PermitRequest[];
  commits: { permitId: string; commit: PermitCommit }[];
  /** What the next requests are answered; the last one stays. */
  answers: (PermitAnswer | { verdict: 'no-answer' })[];
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

export interface FakeProvider extends SmsProvider {
  sent: SmsMessage[];
  answers: SendAnswer[];
  known: AskAnswer;
}

export function fakeProvider(...answers: SendAnswer[]): FakeProvider {
  const provider: FakeProvider = {
    id: 'sms-http',
    sent: [],
    answers: answers.length > 0 ? answers : [{ answer: 'accepted', providerMessageId: 'p-1' }],
    known: { answer: 'no-answer' },
    send: async (message) => {
      provider.sent.push(message);
      return (provider.answers.length > 1 ? provider.answers.shift() : provider.answers[0]) ?? { answer: 'unknown' };
    },
    ask: async () => provider.known,
  };
  return provider;
}

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
