import type { Tx } from '@arrears/persistence';

export const parkedStore = {
  /** Keys that wait for an agreement which was created within the last minute. */
  async waitingForAgreement(tx: Tx): Promise<{ consumer: string; topic: string; key: string }[]> {
    return tx.query<{ consumer: string; topic: string; key: string }>(
      `SELECT DISTINCT i.consumer, i.topic, i.key
         FROM agreements a
         JOIN inbox i ON i.state = 'parked' AND i.reason = 'agreement-unknown'
                     AND position('"' || a.agreement_id || '"' IN i.detail) > 0
        WHERE a.inserted_at > now() - interval '1 minute'
        ORDER BY i.consumer, i.topic, i.key
        LIMIT 1000`,
    );
  },
};
