import type { Database, Tx } from '@arrears/persistence';
import type { Finding } from './findings.js';
import type { TemplateContent } from './shape.js';

export type TemplateStatus = 'draft' | 'submitted' | 'approved' | 'retired';

/** A version with all that happened to it. Times are business time. */
export interface VersionRow {
  id: string;
  version: number;
  channel: TemplateContent['channel'];
  purpose: TemplateContent['purpose'];
  content: TemplateContent;
  contentHash: string;
  source: 'shipped' | 'house';
  status: TemplateStatus;
  liveFrom: string | null;
  findings: Finding[];
  /** Version of the lists of phrases by which it was checked last. */
  phrases: string;
  authoredBy: string;
  authoredAt: string;
  submittedBy: string | null;
  submittedAt: string | null;
  approvedBy: string | null;
  approvedAt: string | null;
  retiredBy: string | null;
  retiredAt: string | null;
  retiredBecause: string | null;
}
export type NewVersion = Pick<
  VersionRow,
  | 'id'
  | 'version'
  | 'content'
  | 'contentHash'
  | 'source'
  | 'status'
  | 'findings'
  | 'phrases'
  | 'authoredBy'
  | 'authoredAt'
> &
  Partial<Pick<VersionRow, 'approvedBy' | 'approvedAt' | 'liveFrom'>>;

const columns = `
  template_id AS id, version, channel, purpose, content, content_hash AS "contentHash", source, status,
  live_from AS "liveFrom", findings, phrases, authored_by AS "authoredBy", authored_at AS "authoredAt",
  submitted_by AS "submittedBy", submitted_at AS "submittedAt", approved_by AS "approvedBy", approved_at AS "approvedAt",
  retired_by AS "retiredBy", retired_at AS "retiredAt", retired_because AS "retiredBecause"`;

/** Every process that holds the texts in memory hears it when the transaction commits. */
export const templatesChanged = 'templates_changed';
const tell = (tx: Tx): Promise<unknown> => tx.query(`SELECT pg_notify('${templatesChanged}', '')`);

/** One author at a time numbers the versions of a template. */
export async function lockTemplate(tx: Tx, id: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('template ' || $1, 0))`, [id]);
}

/** False = there is one of that number already. */
export async function insertVersion(tx: Tx, row: NewVersion): Promise<boolean> {
  const count = await tx.execute(
    `INSERT INTO template_versions (template_id, version, channel, purpose, content, content_hash, source, status,
            live_from, findings, phrases, authored_by, authored_at, approved_by, approved_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (template_id, version) DO NOTHING`,
    [
      row.id,
      row.version,
      row.content.channel,
      row.content.purpose,
      JSON.stringify(row.content),
      row.contentHash,
      row.source,
      row.status,
      row.liveFrom ?? null,
      JSON.stringify(row.findings),
      row.phrases,
      row.authoredBy,
      row.authoredAt,
      row.approvedBy ?? null,
      row.approvedAt ?? null,
    ],
  );
  if (count === 1 && row.status === 'approved') await tell(tx);
  return count === 1;
}

export async function findVersion(
  db: Database | Tx,
  id: string,
  version: number,
  lock: 'lock' | 'read' = 'read',
): Promise<VersionRow | undefined> {
  const [row] = await db.query<Stored>(
    `SELECT ${columns} FROM template_versions WHERE template_id = $1 AND version = $2 ${lock === 'lock' ? 'FOR UPDATE' : ''}`,
    [id, version],
  );
  return row && fromRow(row);
}

/** Newest first. */
export async function versionsOf(db: Database | Tx, id: string): Promise<VersionRow[]> {
  const rows = await db.query<Stored>(
    `SELECT ${columns} FROM template_versions WHERE template_id = $1 ORDER BY version DESC LIMIT 200`,
    [id],
  );
  return rows.map(fromRow);
}

/** The newest version of each template, by id. */
export async function newestVersions(db: Database, after: string, limit: number): Promise<VersionRow[]> {
  const rows = await db.query<Stored>(
    `SELECT DISTINCT ON (template_id) ${columns}
       FROM template_versions
      WHERE template_id > $1
      ORDER BY template_id, version DESC
      LIMIT $2`,
    [after, limit],
  );
  return rows.map(fromRow);
}

/** What may be sent, now or from a date to come. */
export async function approvedVersions(
  db: Database | Tx,
): Promise<{ version: number; liveFrom: string; content: TemplateContent }[]> {
  return db.query(
    `SELECT version, live_from AS "liveFrom", content FROM template_versions
      WHERE status = 'approved' ORDER BY template_id, version`,
  );
}

/** @returns false when it is not in the state that the step starts from */
export async function submitVersion(tx: Tx, row: VersionRow, by: string, at: string): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE template_versions SET status = 'submitted', submitted_by = $3, submitted_at = $4
      WHERE template_id = $1 AND version = $2 AND status = 'draft'`,
    [row.id, row.version, by, at],
  );
  return count === 1;
}

export async function approveVersion(
  tx: Tx,
  row: VersionRow,
  of: { by: string; at: string; liveFrom: string; findings: readonly Finding[]; phrases: string },
): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE template_versions
        SET status = 'approved', approved_by = $3, approved_at = $4, live_from = $5, findings = $6, phrases = $7
      WHERE template_id = $1 AND version = $2 AND status = 'submitted'`,
    [row.id, row.version, of.by, of.at, of.liveFrom, JSON.stringify(of.findings), of.phrases],
  );
  if (count === 1) await tell(tx);
  return count === 1;
}

export async function retireVersion(
  tx: Tx,
  row: VersionRow,
  of: { by: string; at: string; because: string },
): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE template_versions SET status = 'retired', retired_by = $3, retired_at = $4, retired_because = $5
      WHERE template_id = $1 AND version = $2 AND status <> 'retired'`,
    [row.id, row.version, of.by, of.at, of.because],
  );
  if (count === 1) await tell(tx);
  return count === 1;
}

type Times = 'authoredAt' | 'submittedAt' | 'approvedAt' | 'retiredAt';
type Stored = Omit<VersionRow, Times> & Record<Times, Date | null>;

function fromRow(row: Stored): VersionRow {
  const iso = (time: Date | null) => time?.toISOString() ?? null;
  return {
    ...row,
    authoredAt: iso(row.authoredAt) ?? '',
    submittedAt: iso(row.submittedAt),
    approvedAt: iso(row.approvedAt),
    retiredAt: iso(row.retiredAt),
  };
}
