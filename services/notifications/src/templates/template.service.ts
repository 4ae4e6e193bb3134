import type { Clock } from '@arrears/clock';
import type { Tx } from '@arrears/persistence';
import { problem, type Answer, type ProblemError } from '@arrears/service';
import type { Lists } from './book.js';
import { contentHash } from './content-hash.js';
import { isError, type Finding } from './findings.js';
import { lintTemplate } from './lint.js';
import { firstHouseVersion } from './load-templates.js';
import type { TemplateContent } from './shape.js';
import {
  approveVersion,
  findVersion,
  insertVersion,
  lockTemplate,
  retireVersion,
  submitVersion,
  versionsOf,
  type VersionRow,
} from './template.store.js';

export interface DeskParts {
  clock: Clock;
  lists: Lists;
}
export interface VersionName {
  id: string;
  version: number;
}

export function lintContent(parts: DeskParts, content: TemplateContent): Finding[] {
  const basis = { ...parts.lists, packs: parts.lists.rules.usual, at: parts.clock.nowIso() };
  return lintTemplate({ ...content, version: firstHouseVersion }, basis);
}

/**
 * Keeps a text as the next version, a draft. The same text as the newest version is that version again. A text with a
 * fault is not kept: the answer names each fault, where it stands and how to mend it.
 */
export async function saveDraft(tx: Tx, parts: DeskParts, content: TemplateContent, author: string): Promise<Answer> {
  const findings = lintContent(parts, content);
  if (findings.some(isError)) throw faulty(findings);
  await lockTemplate(tx, content.id);
  const [newest] = await versionsOf(tx, content.id);
  if (newest !== undefined) sameUse(newest, content);
  const hash = contentHash(content);
  if (newest?.contentHash === hash && newest.status !== 'retired')
    return { status: 200, body: { ...nameOf(newest), status: newest.status, findings } };
  const version = Math.max(newest?.version ?? 0, firstHouseVersion - 1) + 1;
  const draft = { source: 'house', status: 'draft', authoredBy: author, authoredAt: parts.clock.nowIso() } as const;
  const { phrases } = parts.lists;
  await insertVersion(tx, {
    ...draft,
    id: content.id,
    version,
    content,
    contentHash: hash,
    findings,
    phrases: phrases.version,
  });
  return { status: 201, body: { id: content.id, version, status: 'draft', findings } };
}

export async function submit(tx: Tx, parts: DeskParts, name: VersionName, by: string): Promise<Answer> {
  const row = await locked(tx, name);
  if (!(await submitVersion(tx, row, by, parts.clock.nowIso()))) throw notNow(row, 'A draft is submitted');
  return { status: 200, body: { ...name, status: 'submitted' } };
}

/** Lets a text out from a business date. It is checked once more: lists and rules may have changed since it was saved. */
export async function approve(
  tx: Tx,
  parts: DeskParts,
  of: VersionName & { liveFrom: string },
  by: string,
): Promise<Answer> {
  const { liveFrom, ...name } = of;
  const row = await locked(tx, name);
  if (by === row.authoredBy || by === row.submittedBy)
    throw problem('not-allowed', 'Four eyes: whoever wrote or submitted a text does not approve it.');
  const findings = lintContent(parts, row.content);
  if (row.status === 'submitted' && findings.some(isError)) throw faulty(findings);
  const at = parts.clock.nowIso();
  const approval = { by, at, liveFrom, findings, phrases: parts.lists.phrases.version };
  if (!(await approveVersion(tx, row, approval))) throw notNow(row, 'A submitted version is approved');
  return { status: 200, body: { ...name, status: 'approved', liveFrom, findings } };
}

/** Takes a version out of use, or a draft out of the way. From then on the version before it is sent, if there is one. */
export async function retire(
  tx: Tx,
  parts: DeskParts,
  of: VersionName & { because: string },
  by: string,
): Promise<Answer> {
  const { because, ...name } = of;
  const row = await locked(tx, name);
  const at = parts.clock.nowIso();
  if (!(await retireVersion(tx, row, { by, at, because }))) throw notNow(row, 'A version is retired once');
  return { status: 200, body: { ...name, status: 'retired' } };
}

async function locked(tx: Tx, { id, version }: VersionName): Promise<VersionRow> {
  const row = await findVersion(tx, id, version, 'lock');
  if (row === undefined) throw problem('not-found', 'There is no such version of a template.');
  return row;
}

/** Steps of policies name a template by its id: what it is for must not change under them. */
function sameUse(known: VersionRow, content: TemplateContent): void {
  const other = (['channel', 'purpose'] as const).filter((field) => known[field] !== content[field]);
  if (other.length === 0) return;
  throw problem(
    'conflict',
    'Every version of a template has the same channel and purpose. Take another id for another use.',
    other.map((path) => ({ path, message: `the versions of ${content.id} have "${known[path]}"` })),
  );
}

function notNow(row: VersionRow, what: string): ProblemError {
  return problem('conflict', `${what}; version ${row.version} of ${row.id} is ${row.status}.`);
}

function faulty(findings: readonly Finding[]): ProblemError {
  const errors = findings.filter(isError);
  const fields = errors.slice(0, 50).map(({ place, zh, en, fix, rule }) => {
    const cited = rule === undefined ? '' : ` [${rule.id}: ${rule.citation.document}, ${rule.citation.article}]`;
    return { path: place, message: `${en} / ${zh}${cited}. To mend it: ${fix}` };
  });
  return problem('invalid-input', `The text has ${errors.length} fault(s); it was not taken.`, fields);
}

const nameOf = ({ id, version }: VersionRow): VersionName => ({ id, version });
