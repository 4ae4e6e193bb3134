import type { Tx } from '@arrears/persistence';
import type { ContractTerm } from './qualification.js';

export interface CollectorRow {
  collectorId: string;
  agencyId: string | null;
  trainedUntil: string;
  certificate: string;
  violentRecord: boolean;
  version: number;
  changedBy: string;
  changedAt: Date;
}
export interface AgencyRow {
  agencyId: string;
  listed: boolean;
  publishedOn: string | null;
  inspectedUntil: string | null;
  evaluatedUntil: string | null;
  contractTerms: ContractTerm[];
  version: number;
  changedBy: string;
  changedAt: Date;
}

const collectorColumns = `
  collector_id AS "collectorId", agency_id AS "agencyId", trained_until AS "trainedUntil", certificate,
  violent_record AS "violentRecord", version, changed_by AS "changedBy", changed_at AS "changedAt"`;
const agencyColumns = `
  agency_id AS "agencyId", listed, published_on AS "publishedOn", inspected_until AS "inspectedUntil",
  evaluated_until AS "evaluatedUntil", contract_terms AS "contractTerms", version, changed_by AS "changedBy", changed_at AS "changedAt"`;

type Content<Row> = Omit<Row, 'version' | 'changedBy' | 'changedAt'> & { by: string; at: string };

/** The new qualification, and a copy of it for the history, which keeps every version. */
export async function saveCollector(tx: Tx, content: Content<CollectorRow>): Promise<CollectorRow> {
  const [row] = await tx.query<CollectorRow>(
    `INSERT INTO collectors AS known (
       collector_id, agency_id, trained_until, certificate, violent_record, version, changed_by, changed_at
     ) VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
     ON CONFLICT (collector_id) DO UPDATE
        SET agency_id      = excluded.agency_id,
            trained_until  = excluded.trained_until,
            certificate    = excluded.certificate,
            violent_record = excluded.violent_record,
            version        = known.version + 1,
            changed_by     = excluded.changed_by,
            changed_at     = excluded.changed_at
     RETURNING ${collectorColumns}`,
    [
      content.collectorId,
      content.agencyId,
      content.trainedUntil,
      content.certificate,
      content.violentRecord,
      content.by,
      content.at,
    ],
  );
  if (row === undefined) throw new Error('an upsert gives its row');
  await keep(tx, 'collector', row.collectorId, row);
  return row;
}

export async function saveAgency(tx: Tx, content: Content<AgencyRow>): Promise<AgencyRow> {
  const [row] = await tx.query<AgencyRow>(
    `INSERT INTO agencies AS known (
       agency_id, listed, published_on, inspected_until, evaluated_until, contract_terms, version, changed_by, changed_at
     ) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)
     ON CONFLICT (agency_id) DO UPDATE
        SET listed          = excluded.listed,
            published_on    = excluded.published_on,
            inspected_until = excluded.inspected_until,
            evaluated_until = excluded.evaluated_until,
            contract_terms  = excluded.contract_terms,
            version         = known.version + 1,
            changed_by      = excluded.changed_by,
            changed_at      = excluded.changed_at
     RETURNING ${agencyColumns}`,
    [
      content.agencyId,
      content.listed,
      content.publishedOn,
      content.inspectedUntil,
      content.evaluatedUntil,
      content.contractTerms,
      content.by,
      content.at,
    ],
  );
  if (row === undefined) throw new Error('an upsert gives its row');
  await keep(tx, 'agency', row.agencyId, row);
  return row;
}

async function keep(
  tx: Tx,
  subject: 'collector' | 'agency',
  subjectId: string,
  row: CollectorRow | AgencyRow,
): Promise<void> {
  await tx.execute(
    `INSERT INTO qualification_history (subject, subject_id, version, content, changed_by, changed_at)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6)`,
    [subject, subjectId, row.version, JSON.stringify(row), row.changedBy, row.changedAt],
  );
}

export async function readCollector(tx: Tx, collectorId: string): Promise<CollectorRow | null> {
  const [row] = await tx.query<CollectorRow>(`SELECT ${collectorColumns} FROM collectors WHERE collector_id = $1`, [
    collectorId,
  ]);
  return row ?? null;
}

export async function readAgency(tx: Tx, agencyId: string): Promise<AgencyRow | null> {
  const [row] = await tx.query<AgencyRow>(`SELECT ${agencyColumns} FROM agencies WHERE agency_id = $1`, [agencyId]);
  return row ?? null;
}
