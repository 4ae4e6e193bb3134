import { randomUUID } from 'node:crypto';
import type { LimitUse, PermitPreview } from '@arrears/contracts';
import type { Doors } from '../../support/index.js';
import type { CaseView } from './views.js';

/** A number as the gate knows it under one agreement, and whose it is. */
export interface KnownPoint {
  contactPointId: string;
  personId: string;
  agreementId: string;
}

/** The gate of `contacts`, as services and people ask it. */
export function gateOf(doors: Doors) {
  const post = async <T>(who: string, path: string, body: object): Promise<T> => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await doors.call(who, 'POST', `${doors.urls.contacts}${path}`, body, headers);
    if (answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  const pointOf = async ({ phone }: { phone: string }, agreementId: string): Promise<KnownPoint> => {
    const { items } = await post<{ items: KnownPoint[] }>('supervisor', '/contact-points/lookup', { number: phone });
    const known = items.find((one) => one.agreementId === agreementId);
    if (known === undefined) throw new Error('the gate does not know the number');
    return known;
  };
  return {
    post,
    pointOf,
    /** What a message of this case would meet now: each limit with how much of it is used. */
    limits: async ({ caseId, agreementId, accounts }: CaseView, debtor: { phone: string }): Promise<LimitUse[]> => {
      const { personId } = await pointOf(debtor, agreementId);
      const ask = { key: 'now', personId, contactPointIds: [], channel: 'sms', purpose: 'collect' };
      const covers = accounts.map(({ accountId }) => accountId);
      const preview = await post<PermitPreview>('supervisor', '/permits/preview', {
        ...{ caseId, agreementId, debtorId: personId },
        asks: [{ ...ask, covers, at: doors.clock.now() }],
      });
      return preview.answers[0]?.limits ?? [];
    },
  };
}
