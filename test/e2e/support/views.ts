/** What scenarios read of the services' answers; only what they look at is named. */
export interface CaseView {
  caseId: string;
  agreementId: string;
  customerNo: string;
  status: 'open' | 'closed';
  stage: string;
  openedAt: string;
  closedAt: string | null;
  closeReason: string | null;
  workflowId: string;
  caseSeq: number;
  accounts: AccountView[];
}
export interface AccountView {
  accountId: string;
  loanId: string;
  episode: number;
  status: string;
  closeReason: string | null;
  daysPastDue: number;
  bucket: string;
  policy: { id: string; version: number };
  balances: { principal: string; interest: string; fees: string };
  overdue: string;
  credit: string;
  earliestUnpaidDue: string | null;
}
export interface NextView {
  status: 'open' | 'closed';
  decisionNo?: number | null;
  decidedFor?: string | null;
  wakeAt: string | null;
  underWay: { step: string; occurrence: number; kind: string }[];
  upcoming: { step: string; earliest: string; blockedBy: { code: string }[] }[];
  holds: { holdId: string; kind: string }[];
}
export interface TimelineEntry {
  at: string;
  id: string;
  kind: string;
  step?: string;
  occurrence?: number;
  outcome?: string;
  covers?: string[];
}
/** A message as the simulated gateway took it: `acceptedAt` is business time. */
export interface PhoneMessage {
  clientReference: string;
  to: string;
  text: string;
  validUntil: string;
  status: string;
  acceptedAt: string;
  deliveredAt?: string;
  submissions: number;
  deliveries: number;
}
