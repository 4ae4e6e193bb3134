import type { Tx } from '@arrears/persistence';
import type { Agreement } from './agreement.js';

interface Row {
  agreement_id: string;
  client: string;
  creditor_name: string;
  complaint_channel: string | null;
  products: string[];
  currency: string;
  time_zone: string;
  calendar: string;
  ledger: 'bank' | 'arrears';
  valid_from: string;
  valid_to: string | null;
  cut_off: string;
  finality_business_days: number;
  rule_packs: string[];
  country: string | null;
}

export const agreementStore = {
  /** @returns false when there is one of that id already */
  async insert(tx: Tx, agreement: Agreement, at: string, by: string): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO agreements (agreement_id, client, creditor_name, products, currency, time_zone, calendar, ledger,
              valid_from, valid_to, cut_off, finality_business_days, rule_packs, country, created_at, created_by, complaint_channel)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
       ON CONFLICT (agreement_id) DO NOTHING
       RETURNING agreement_id`,
      [
        agreement.agreementId,
        agreement.client,
        agreement.creditorName,
        agreement.products,
        agreement.currency,
        agreement.timeZone,
        agreement.calendar,
        agreement.ledger,
        agreement.from,
        agreement.to ?? null,
        agreement.cutOff,
        agreement.finalityBusinessDays,
        agreement.rulePacks,
        agreement.country ?? null,
        at,
        by,
        agreement.complaintChannel ?? null,
      ],
    );
    return rows.length === 1;
  },

  async addComplaintChannel(tx: Tx, agreementId: string, channel: string): Promise<void> {
    await tx.execute(
      'UPDATE agreements SET complaint_channel = $2 WHERE agreement_id = $1 AND complaint_channel IS NULL',
      [agreementId, channel],
    );
  },

  async find(tx: Tx, agreementId: string): Promise<Agreement | null> {
    const [row] = await tx.query<Row>('SELECT * FROM agreements WHERE agreement_id = $1', [agreementId]);
    return row === undefined ? null : fromRow(row);
  },

  /** The ways in which agreements count days, each once. */
  async days(tx: Tx): Promise<Pick<Agreement, 'timeZone' | 'cutOff'>[]> {
    return tx.query('SELECT DISTINCT time_zone AS "timeZone", cut_off AS "cutOff" FROM agreements');
  },

  /** @param scope ids the caller may see; null = all */
  async list(tx: Tx, scope: readonly string[] | null, after: string, limit: number): Promise<Agreement[]> {
    const rows = await tx.query<Row>(
      `SELECT *
         FROM agreements
        WHERE agreement_id > $1 AND ($2::text[] IS NULL OR agreement_id = ANY ($2))
        ORDER BY agreement_id
        LIMIT $3`,
      [after, scope, limit],
    );
    return rows.map(fromRow);
  },
};

function fromRow(row: Row): Agreement {
  return {
    agreementId: row.agreement_id,
    client: row.client,
    creditorName: row.creditor_name,
    ...(row.complaint_channel === null ? {} : { complaintChannel: row.complaint_channel }),
    products: row.products,
    currency: row.currency,
    timeZone: row.time_zone,
    calendar: row.calendar,
    ledger: row.ledger,
    from: row.valid_from,
    ...(row.valid_to === null ? {} : { to: row.valid_to }),
    cutOff: row.cut_off,
    finalityBusinessDays: row.finality_business_days,
    rulePacks: row.rule_packs,
    ...(row.country === null ? {} : { country: row.country }),
  };
}
