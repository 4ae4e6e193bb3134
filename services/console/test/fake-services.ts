import type { operations as Cases } from '../web/api/cases.gen.js';
import { ServiceAway, type Gateway, type ServiceAnswer, type ServiceRequest } from '../bff/proxy/gateway.js';
import type { ServiceName } from '../bff/proxy/allowed-routes.js';
import type { MaskedPerson } from '../bff/cases/cases.js';

type Json<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Body } } } }
  ? Body
  : never;
type Row = Json<Cases['List_rows']>['items'][number];
type OneCase = Json<Cases['Case_one']>;
type Next = Json<Cases['Next_next']>;
type Entry = Json<Cases['Timeline_timeline']>['items'][number];

/** Stands for the services: the shapes are those of their own documents, the data is synthetic. */
export interface FakeServices extends Gateway {
  /** Everything that was asked, in order. */
  asked: ServiceRequest[];
  /** From now on these do not answer. */
  away(...names: ServiceName[]): void;
}

export const uuid = (n: number, kind = 0): string => `0190000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`;
const agreementId = 'AGR-1';
const stages = ['reminder', 'calling', 'letter', 'visit'];
const now = '2026-11-23T02:42:00.000Z';

export function fakeServices(total = 100_000): FakeServices {
  const asked: ServiceRequest[] = [];
  const gone = new Set<ServiceName>();
  return {
    asked,
    away: (...names) => names.forEach((name) => gone.add(name)),
    ask: async (request) => {
      asked.push(request);
      if (gone.has(request.service)) throw new ServiceAway(request.service);
      return answer(request, total);
    },
    health: async (service) => {
      if (gone.has(service)) return null;
      const kafka = { name: 'kafka', status: 'ok' as const };
      return { status: 'ok', failing: [], checks: [{ name: 'postgres', status: 'ok' }, kafka] };
    },
  };
}

function answer({ method, path, body }: ServiceRequest, total: number): ServiceAnswer {
  const url = new URL(path, 'http://services');
  const json: unknown = body === undefined ? undefined : JSON.parse(Buffer.from(body).toString('utf8'));
  const [, first, id = '', rest] = url.pathname.split('/');
  const at = Number(id.slice(-12));
  switch (`${method} /${first}${rest === undefined ? '' : `/:id/${rest}`}`) {
    case 'GET /agreements':
      return ok({ items: [{ agreementId, client: '示例银行 (synthetic)' }], nextCursor: null });
    case 'POST /lists': {
      const { filters } = json as { filters: { stage?: string } };
      const found = filters.stage === 'legal' ? 0 : total;
      return ok({ listId: uuid(found, 9), total: found, truncated: false, asOf: now }, 201);
    }
    case 'GET /lists/:id/rows':
      return ok(rows(at, Number(url.searchParams.get('from')), Number(url.searchParams.get('count'))));
    case 'GET /cases':
      return at < total ? ok(oneCase(at)) : refusal(404, 'not-found');
    case 'GET /cases/:id/next':
      return ok(next(at));
    case 'GET /cases/:id/timeline':
      return ok({ items: timeline(), nextCursor: null });
    case 'POST /persons': {
      const { persons } = json as { persons: { personId: string }[] };
      return ok({ items: persons.map(({ personId }) => ({ personId, agreementId, name: '张**' })) });
    }
    case 'GET /persons':
      return ok(person(id));
    default:
      return refusal(404, 'not-found');
  }
}

const ok = (body: unknown, status = 200): ServiceAnswer => ({
  status,
  headers: new Headers({ 'content-type': 'application/json' }),
  body: Buffer.from(JSON.stringify(body)),
});
const refusal = (status: number, code: string): ServiceAnswer => ({
  status,
  headers: new Headers({ 'content-type': 'application/problem+json' }),
  body: Buffer.from(JSON.stringify({ code, status, detail: 'No.', title: '', type: '', correlationId: 'c' })),
});

function rows(total: number, from: number, count: number): Json<Cases['List_rows']> {
  const items = Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, i) => row(from + i));
  return { total, items, gone: 0 };
}

function row(index: number): Row {
  return {
    ...{ index, caseId: uuid(index, 1), caseNo: caseNo(index), agreementId, debtorId: uuid(index, 2), branch: 'B001' },
    ...{ status: 'open', stage: stages[index % stages.length] ?? 'reminder', level: 'normal', owner: null },
    ...{ product: 'credit-card', accounts: 1, dpd: 120 - (index % 100), bucket: 'M2', class5: 'special-mention' },
    ...{ currency: 'CNY', overdue: String(1_000_000 + index), balance: String(9_000_000 + index) },
    ...{ holds: index % 7 === 3 ? ['dispute'] : [], openedAt: now },
  };
}

const caseNo = (n: number): string => `C-${(n + 46_656).toString(36).toUpperCase()}`;

function oneCase(n: number): OneCase {
  const account = {
    ...{ accountId: uuid(n, 3), loanId: `L-${n}`, episode: 1, status: 'open', closeReason: null, stage: 'calling' },
    ...{ product: 'credit-card', daysPastDue: 32, treatmentDay: 32, bucket: 'M2', classification: 'special-mention' },
    ...{ currency: 'CNY', balances: { principal: '1190000', interest: '43000', fees: '15000' }, overdue: '1248000' },
    ...{ credit: '0', earliestUnpaidDue: '2026-10-22', nextDue: null, joinedAt: now, leftAt: null },
    policy: { id: 'credit-card', version: 2 },
  };
  return {
    ...{ caseId: uuid(n, 1), caseNo: caseNo(n), agreementId, debtorId: uuid(n, 2), customerNo: `K-${n}` },
    ...{ timeZone: 'Asia/Shanghai', status: 'open', stage: 'calling', level: 'normal', branch: 'B001', assignee: null },
    ...{ openedAt: now, closedAt: null, closeReason: null, workflowId: `case-${uuid(n, 1)}`, continues: [] },
    ...{ caseSeq: 4, version: 4, accounts: [account] },
    persons: [{ personId: uuid(n, 2), role: 'debtor', accountIds: [uuid(n, 3)] }],
  };
}

function next(n: number): Next {
  const rule = {
    ...{ rule: 'CN-CBA-VISIT-LAST', pack: 'cn-cba', packVersion: '2026', severity: 'self-regulation' as const },
    citation: {
      ...{ document: 'Internet finance personal debt collection', article: 'art. 27' },
      zh: { document: '个人网络消费信贷贷后催收风控指引', article: '第二十七条' },
    },
    ...{ zh: '未满 10 天无接通', en: 'no 10 days without an answer yet', until: '2026-11-30T00:00:00.000Z' },
  };
  return {
    ...{
      caseId: uuid(n, 1),
      status: 'open',
      underWay: [],
      decidedFor: now,
      decisionNo: 12,
      wakeAt: '2026-11-30T00:00:00.000Z',
    },
    ...{ gate: 'answered', holds: [], denials: [], attention: [], deadlines: [] },
    upcoming: [
      {
        ...{
          step: 'letter-1',
          state: 'planned',
          channel: 'letter',
          covers: [uuid(n, 3)],
          earliest: '2026-12-01T00:00:00.000Z',
        },
        ...{ possible: '2026-12-01T00:00:00.000Z', blockedBy: [] },
        gate: { verdict: 'granted', denials: [], limits: [] },
        says: { zh: '最早2026-12-01 08:00', en: 'next possible 2026-12-01 08:00' },
      },
      {
        ...{ step: 'visit-1', state: 'planned', channel: 'visit', covers: [uuid(n, 3)], earliest: now },
        ...{ possible: '2026-11-30T00:00:00.000Z', blockedBy: [] },
        gate: { verdict: 'denied', denials: [rule], limits: [] },
        says: {
          zh: '未满 10 天无接通（CN-CBA-VISIT-LAST）；最早2026-11-30 08:00',
          en: 'no 10 days without an answer yet (CN-CBA-VISIT-LAST); next possible 2026-11-30 08:00',
        },
      },
    ],
  };
}

function timeline(): Entry[] {
  const entry = (id: string, at: string, kind: string, more: object = {}): Entry => ({ id, at, kind, ...more });
  return [
    entry('d12', '2026-11-23T02:00:00.000Z', 'decision', { decisionNo: 12 }),
    entry('c3', '2026-11-20T10:10:00.000Z', 'message-delivered', { step: 'reminder-2', channel: 'sms' }),
    entry('f2', '2026-11-20T10:02:00.000Z', 'bank-payment', { amount: '320000', loanId: 'L-1' }),
    entry('j1', '2026-10-23T01:00:00.000Z', 'case-opened'),
  ];
}

function person(personId: string): MaskedPerson {
  const mobile = {
    contactPointId: personId.replace(/^0190000\d/, '01900004'),
    kind: 'mobile',
    value: '+86138****5678',
  };
  return {
    personId,
    agreements: [
      {
        ...{ agreementId, name: '张**', idNumber: '****1234', language: 'zh-CN', timeZone: 'Asia/Shanghai' },
        roles: [{ loanId: 'L-1', role: 'debtor', relation: null }],
        contactPoints: [{ ...mobile, source: 'application', reserved: false, valid: 'unknown', optedOut: [] }],
      },
    ],
  };
}
