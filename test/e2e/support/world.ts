import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { sharedArrears, until, type Doors } from '../../support/index.js';
import {
  bankMessage,
  openBank,
  overdueLoan,
  payment,
  type Bank,
  type BankMessage,
  type Debtor,
  type Loan,
} from './bank.js';
import { caseWorkflows } from './case-workflows.js';
import type { CaseView, NextView, PhoneMessage, TimelineEntry } from './views.js';

// The first file of a run waits for the installation to start; every wait inside has a shorter limit and says for what.
jest.setTimeout(240_000);

/** Real ms after which every process has seen a change of the clock: they look at its file four times a second. */
const clockSeenMs = 350;
/** Real ms for anything that goes through Kafka, the database and Temporal once. */
export const soonMs = 30_000;
const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;

/** One scenario's own corner of an installation: agreements, debtors and loans that no other scenario knows. */
export interface World {
  arrears: Doors;
  agreementId: string;
  bank: Bank;
  /** Local date in Shanghai, `n` days after the scenario's first. */
  day: (n: number) => string;
  /** The instant of a Shanghai wall clock time on that day. */
  at: (n: number, time: string) => string;
  debtor: () => Debtor;
  /** A loan id that ends in letters of its own, as messages name debts by the last four. */
  loanId: () => string;
  agreement: (creditorName: string) => Promise<string>;
  /** A `loan-overdue` of the scenario's agreement, missed the day before its first day unless said otherwise. */
  overdue: (debtor: Debtor, loan: Partial<Loan> & { loanId: string }) => ReturnType<typeof bankMessage>;
  /** A repayment on day `n`, received at noon. */
  pays: (
    n: number,
    of: { loanId: string; amount: string; sequence: number } & Partial<Parameters<typeof payment>[0]>,
  ) => ReturnType<typeof bankMessage>;
  cases: (loanId: string) => Promise<CaseView[]>;
  /** The one case of a loan, once `when` holds of it. */
  theCase: (loanId: string, what: string, when?: (view: CaseView) => boolean) => Promise<CaseView>;
  /** Ids of the case workflows of the whole installation: scenarios run one after another, so a new one is theirs. */
  workflows: () => Promise<string[]>;
  next: (caseId: string) => Promise<NextView>;
  timeline: (caseId: string) => Promise<TimelineEntry[]>;
  /** Moves the business clock there and makes the cases decide anew. */
  jump: (to: string, ...caseIds: string[]) => Promise<void>;
  /** Waits until nothing of the case is on its way: no message that waits, no review that is open. */
  quiet: (caseId: string) => Promise<void>;
  messages: (debtor: Debtor) => Promise<PhoneMessage[]>;
  /** The messages of a phone once there are `n`, all of them delivered. */
  receives: (debtor: Debtor, n: number) => Promise<PhoneMessage[]>;
  post: (who: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
  /** Hands a message in as a row of a CSV file, the door that needs no broker. */
  byFile: (message: BankMessage) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Opens the scenario on a morning of its own at 09:30 in Shanghai, the first or a later one of the installation: the one
 * that all scenarios share unless another is named.
 */
export async function openWorld(name: string, installation?: Doors): Promise<World> {
  const arrears = installation ?? (await sharedArrears());
  const tag = `${name}-${randomBytes(3).toString('hex')}`;
  const first = nextMorning(arrears.clock.now());
  const day = (n: number): string => new Date(Date.parse(`${first}T00:00:00Z`) + n * dayMs).toISOString().slice(0, 10);
  const at = (n: number, time: string): string =>
    new Date(Date.parse(`${day(n)}T${time.length === 5 ? `${time}:00` : time}Z`) - shanghaiMs).toISOString();
  const bank = openBank({ ...arrears, now: arrears.clock.now });
  const call = async <T>(who: string, path: string): Promise<T> => {
    const { status, body } = await arrears.call(who, 'GET', `${arrears.urls.cases}${path}`);
    if (status !== 200) throw new Error(`GET ${path.replace(/\?.*/, '')} answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
  };
  const post: World['post'] = (who, path, body) =>
    arrears.call(who, 'POST', `${arrears.urls.cases}${path}`, body, { 'idempotency-key': randomUUID() });
  const agreement = async (creditorName: string): Promise<string> => {
    const agreementId = `AGR-${tag}-${randomBytes(2).toString('hex')}`;
    const terms = {
      ...{ agreementId, client: `${creditorName} (synthetic)`, creditorName, currency: 'CNY', ledger: 'bank' },
      ...{ products: ['consumer-loan', 'credit-card'], timeZone: 'Asia/Shanghai', calendar: 'cn', from: '2020-01-01' },
    };
    const { status, body } = await post('admin', '/agreements', terms);
    if (status !== 201) throw new Error(`POST /agreements answered ${status}: ${JSON.stringify(body)}`);
    return agreementId;
  };
  const next = (caseId: string): Promise<NextView> => call('supervisor', `/cases/${caseId}/next`);
  const cases = async (loanId: string): Promise<CaseView[]> => {
    const query = new URLSearchParams({ loanId, sort: '-openedAt' }).toString();
    return (await call<{ items: CaseView[] }>('supervisor', `/cases?${query}`)).items;
  };
  const messages = async ({ phone }: Debtor): Promise<PhoneMessage[]> => {
    const answer = await fetch(`${arrears.urls.carriers}/messages?to=${encodeURIComponent(phone)}`);
    return ((await answer.json()) as { items: PhoneMessage[] }).items;
  };
  const decidedAgain = async (caseId: string): Promise<void> => {
    const { decisionNo: before } = await next(caseId);
    const { status } = await post('supervisor', `/cases/${caseId}/wake`);
    if (status === 409) return; // It has closed meanwhile.
    await until(
      async () => {
        const now = await next(caseId);
        return now.status === 'closed' || (now.decisionNo ?? 0) > (before ?? 0);
      },
      soonMs,
      `case ${caseId} to decide after it was woken`,
    );
  };
  const jump: World['jump'] = async (to, ...caseIds) => {
    arrears.clock.jumpTo(to);
    await sleep(clockSeenMs);
    await Promise.all(caseIds.map(decidedAgain));
  };

  await jump(at(0, '09:30'));
  const agreementId = await agreement('示例银行');
  return {
    ...{ arrears, agreementId, bank, day, at, agreement, next, cases, messages, jump, post },
    debtor: () => {
      const digits = String(randomInt(10_000_000)).padStart(8, '0');
      return {
        customerNo: `C-${tag}-${digits}`,
        name: `合成${digits.slice(-4)}`,
        idNumber: `99000019900101${digits.slice(-4)}`.replace(/^990000/, `99${digits.slice(0, 4)}`),
        phone: `+86170${digits}`,
      };
    },
    loanId: () => `L-${tag}-${randomBytes(2).toString('hex').toUpperCase()}`,
    overdue: (debtor, loan) =>
      bankMessage('loan-overdue', overdueLoan(debtor, { agreementId, dueDate: day(-1), asOf: day(0), ...loan })),
    pays: (n, of) =>
      bankMessage('repayment-received', payment({ agreementId, valueDate: day(n), receivedAt: at(n, '12:00'), ...of })),
    theCase: (loanId, what, when = () => true) =>
      until(
        async () => {
          const found = await cases(loanId);
          if (found.length > 1) throw new Error(`${found.length} cases instead of one`);
          const [only] = found;
          return only !== undefined && when(only) ? only : null;
        },
        soonMs,
        `the case of ${loanId} ${what}`,
      ),
    workflows: () => caseWorkflows(arrears.temporal),
    timeline: async (caseId) => {
      const all: TimelineEntry[] = [];
      for (let cursor = ''; ;) {
        const query = new URLSearchParams({ limit: '200', ...(cursor === '' ? {} : { cursor }) }).toString();
        const page = await call<{ items: TimelineEntry[]; nextCursor: string | null }>(
          'supervisor',
          `/cases/${caseId}/timeline?${query}`,
        );
        all.push(...page.items);
        if (page.nextCursor === null) return all.reverse();
        cursor = page.nextCursor;
      }
    },
    quiet: async (caseId) => {
      await until(async () => (await next(caseId)).underWay.length === 0, soonMs, `nothing under way in ${caseId}`);
    },
    receives: (debtor, n) =>
      until(
        async () => {
          const found = await messages(debtor);
          return found.length >= n && found.every(({ status }) => status === 'delivered') ? found : null;
        },
        soonMs,
        `${n} messages delivered to a debtor's phone`,
      ),
    byFile: async ({ type, data }) => {
      const cells = { type: type.replace(/^arrears\.bank\.(.*)\.v1$/, '$1'), ...data };
      const answer = await fetch(`${arrears.urls.cases}/imports`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await arrears.token('bank-system')}`,
          'content-type': 'text/csv',
          'idempotency-key': randomUUID(),
        },
        body: `${Object.keys(cells).join()}\n${Object.values(cells).join()}\n`,
      });
      const { importId } = (await answer.json()) as { importId: string };
      const seen = async () => call<{ status: string; accepted: number }>('admin', `/imports/${importId}`);
      const done = await until(
        async () => {
          const found = await seen();
          return found.status === 'waiting' || found.status === 'running' ? null : found;
        },
        soonMs,
        'the file to be taken in',
      );
      if (done.accepted !== 1) throw new Error(`the row was not taken: ${JSON.stringify(done)}`);
    },
    close: () => bank.close(),
  };
}

/** Shanghai's date, or the next one if its working morning has begun, so that no scenario moves the clock back. */
function nextMorning(now: string): string {
  const local = new Date(Date.parse(now) + shanghaiMs).toISOString();
  const started = local.slice(11, 16) >= '09:30';
  return new Date(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) + (started ? dayMs : 0)).toISOString().slice(0, 10);
}
