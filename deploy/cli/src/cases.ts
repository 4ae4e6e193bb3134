import { call, type Site } from './api.js';
import { table } from './table.js';

interface Account {
  accountId: string;
  loanId: string;
  status: string;
  daysPastDue: number;
  bucket: string;
  classification: string;
  currency: string;
  balances: { principal: string; interest: string; fees: string };
  policy: { id: string; version: number };
}
interface Case {
  caseId: string;
  caseNo?: string;
  agreementId: string;
  status: string;
  stage: string;
  openedAt: string;
  closedAt: string | null;
  workflowId: string;
  accounts: Account[];
}
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface CaseFilter {
  loan?: string;
  customer?: string;
  stage?: string;
  bucket?: string;
  status?: string;
  limit: string;
  cursor?: string;
}

/** One page of cases as a table. */
export async function listCases(site: Site, filter: CaseFilter): Promise<string> {
  const query = new URLSearchParams({ limit: filter.limit });
  const named = {
    loanId: filter.loan,
    customerNo: filter.customer,
    stage: filter.stage,
    bucket: filter.bucket,
    status: filter.status,
    cursor: filter.cursor,
  };
  for (const [name, value] of Object.entries(named)) if (value) query.set(name, value);
  const page = await call<Page<Case>>(site, 'GET', `/cases?${query.toString()}`);
  if (page.items.length === 0) return 'No case matches.';
  const rows = page.items.map((one) => [
    one.caseNo ?? one.caseId,
    one.caseId,
    one.status,
    one.stage,
    String(Math.max(0, ...one.accounts.map(({ daysPastDue }) => daysPastDue))),
    one.accounts.map(({ loanId }) => loanId).join(' '),
  ]);
  const more = page.nextCursor ? `\n\nMore: --cursor ${page.nextCursor}` : '';
  return `${table(['case', 'id', 'status', 'stage', 'days', 'loans'], rows)}${more}`;
}

interface Next {
  upcoming: { step: string; channel: string; state: string; earliest: string; says: { zh: string; en: string } }[];
  wakeAt: string | null;
}
interface Told {
  at: string;
  kind: string;
  [field: string]: unknown;
}

/** One case: its accounts, what comes next and what stands in its way, and its latest history. */
export async function showCase(site: Site, id: string, language: 'zh' | 'en'): Promise<string> {
  const one = await call<Case>(site, 'GET', `/cases/${encodeURIComponent(id)}`);
  const next = await call<Next>(site, 'GET', `/cases/${encodeURIComponent(id)}/next`);
  const timeline = await call<Page<Told>>(site, 'GET', `/cases/${encodeURIComponent(id)}/timeline?limit=30`);
  const accounts = one.accounts.map((account) => [
    account.loanId,
    account.status,
    String(account.daysPastDue),
    account.bucket,
    account.currency,
    account.balances.principal,
    account.balances.interest,
    account.balances.fees,
    `${account.policy.id} v${account.policy.version}`,
  ]);
  const upcoming = next.upcoming.map(({ step, channel, state, earliest, says }) => [
    step,
    channel,
    state,
    earliest,
    says[language],
  ]);
  return [
    `${one.caseNo ?? one.caseId}  ${one.status}  ${one.stage}  ${one.agreementId}  opened ${one.openedAt}${one.closedAt ? `, closed ${one.closedAt}` : ''}`,
    `workflow ${one.workflowId}`,
    '',
    table(['loan', 'status', 'days', 'bucket', 'cur', 'principal', 'interest', 'fees', 'policy'], accounts),
    '',
    upcoming.length > 0 ? table(['next', 'channel', 'state', 'earliest', 'why not'], upcoming) : 'Nothing is planned.',
    '',
    table(
      ['when', 'what', ''],
      timeline.items.map((told) => [told.at, told.kind, detailOf(told)]),
    ),
  ].join('\n');
}

const shownFields = [
  'step',
  'channel',
  'outcome',
  'because',
  'templateId',
  'provider',
  'permitId',
  'from',
  'to',
  'reason',
];

/** The fields of a line that say most, and rules and hashes in short. */
function detailOf(told: Told): string {
  const plain = shownFields.flatMap((name) =>
    typeof told[name] === 'string' || typeof told[name] === 'number' ? [`${told[name]}`] : [],
  );
  const denials = Array.isArray(told['denials']) ? (told['denials'] as { rule: string; until: string }[]) : [];
  const hashes = ['contentHash', 'fileHash'].flatMap((name) =>
    typeof told[name] === 'string' ? [`${name} ${told[name].slice(0, 12)}…`] : [],
  );
  return [...plain, ...denials.map(({ rule, until }) => `${rule} until ${until}`), ...hashes].join(' ');
}
