import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { capabilities, diffPolicies, loadPolicy, type CollectionPolicy } from '@arrears/treatment';
import { call, Refused, type Site } from './api.js';
import { table } from './table.js';

/** Loads a policy as the service would, runs its examples, and names every problem with its line. */
export function checkPolicy(file: string): string {
  const policy = load(file);
  return `${file}: policy ${policy.id} version ${policy.version} is fit for use, ${policy.examples.length} examples hold.`;
}

function load(file: string): CollectionPolicy {
  const result = loadPolicy(readFileSync(file, 'utf8'), basename(file), capabilities);
  if (result.ok) return result.policy;
  const line = ({ file: name, line: at, column, code, message, fix }: (typeof result.problems)[number]) =>
    `${name}:${at}:${column} ${code}: ${message.en}${fix ? ` ${fix}` : ''}`;
  throw new Refused(result.problems.map(line).join('\n'));
}

const textOf = (file: string) => ({ yaml: readFileSync(file, 'utf8'), file: basename(file) });
const route = (id: string, version: number | string) => `/policies/${encodeURIComponent(id)}/versions/${version}`;

interface Published {
  id: string;
  version: number;
  waiting: boolean;
}

/** Sends a version in. The same file twice is the same publication. */
export async function publishPolicy(site: Site, file: string): Promise<string> {
  load(file);
  const body = textOf(file);
  const key = `policy-${createHash('sha256').update(body.yaml).digest('hex')}`;
  const { id, version, waiting } = await call<Published>(site, 'POST', '/policies', { body, key });
  return waiting
    ? `Policy ${id} version ${version} is published and waits for a second person: arrears policy approve ${id} ${version}`
    : `Policy ${id} version ${version} is in use.`;
}

/** The second person's yes. */
export async function approvePolicy(site: Site, id: string, version: string): Promise<string> {
  const key = `policy-approve-${randomUUID()}`;
  const done = await call<Published>(site, 'POST', `${route(id, version)}/approve`, { key });
  return `Policy ${done.id} version ${done.version} is in use for accounts that come in from its first day on. Live cases stay where they are: arrears policy move ${done.id} ${done.version} --from N --reason TEXT`;
}

/** What a file changes against the version it follows, or another one. */
export async function diffPolicy(site: Site, file: string, from: string | undefined): Promise<string> {
  const policy = load(file);
  const before = await versionBefore(site, policy, from);
  const { policy: stored } = await call<{ policy: CollectionPolicy }>(site, 'GET', route(policy.id, before));
  const changes = diffPolicies(stored, policy);
  if (changes.length === 0) return `Nothing differs from version ${before}.`;
  return table(
    [`against version ${before}`, ''],
    changes.map(({ path, kind }) => [path, kind]),
  );
}

async function versionBefore(site: Site, policy: CollectionPolicy, from: string | undefined): Promise<number> {
  if (from !== undefined) return Number(from);
  const { items } = await call<{ items: Published[] }>(site, 'GET', '/policies');
  const older = items.filter(({ id, version }) => id === policy.id && version < policy.version);
  if (older.length === 0) throw new Refused(`There is no older version of ${policy.id}: name one with --from N.`);
  return Math.max(...older.map(({ version }) => version));
}

interface DryRun {
  policyId: string;
  from: number;
  to: number;
  total: number;
  move: number;
  stay: number;
  needsMapping: number;
  reasons: { steps: string[]; cases: number; en: string; zh: string }[];
  differences: { planned: number; changed: number; steps: { step: string; from: number; to: number }[] };
}

/** What would happen to the live cases if the file were published and they were moved to it. */
export async function dryRunPolicy(site: Site, file: string, from: string | undefined): Promise<string> {
  const policy = load(file);
  const body = { ...textOf(file), from: await versionBefore(site, policy, from) };
  return dryRunText(await call<DryRun>(site, 'POST', '/policies/dry-runs', { body, key: randomUUID() }));
}

function dryRunText(run: DryRun): string {
  const { differences: diff } = run;
  const reasons = run.reasons.map(({ cases, en }) => `  ${cases}: ${en}`);
  const steps = diff.steps.map(({ step, from, to }) => [step, String(from), String(to)]);
  return [
    `${run.policyId} version ${run.from} → ${run.to}: of ${run.total} open cases ${run.move} move, ${run.stay} stay, ${run.needsMapping} need a mapping.`,
    ...reasons,
    `${diff.changed} of ${diff.planned} would go on otherwise than now.`,
    ...(steps.length > 0 ? ['', table(['due now', `v${run.from}`, `v${run.to}`], steps)] : []),
  ].join('\n');
}

interface Move {
  moveId: string;
  policyId: string;
  from: number;
  to: number;
  status: string;
  total: number;
  undoOf: string | null;
  requestedBy: string;
  approvedBy: string | null;
  items?: Record<string, number>;
}

export interface MoveOptions {
  from: string;
  reason: string;
  rate?: string;
  agreement?: string;
  atMost?: string;
  dryRun?: boolean;
}

/** Moves live cases to a version; more than fifty wait for a second person. */
export async function movePolicy(site: Site, id: string, version: string, options: MoveOptions): Promise<string> {
  const { from, reason, rate, agreement, atMost, dryRun = false } = options;
  const filter = {
    ...(agreement === undefined ? {} : { agreementId: agreement }),
    ...(atMost === undefined ? {} : { atMost: Number(atMost) }),
  };
  const body = { from: Number(from), reason, filter, dryRun, ...(rate === undefined ? {} : { rate: Number(rate) }) };
  const answer = await call<Move & DryRun>(site, 'POST', `${route(id, version)}/moves`, { body, key: randomUUID() });
  return dryRun ? dryRunText(answer) : moveText(answer);
}

/** All moves, or one with what became of its cases. */
export async function showMoves(site: Site, moveId: string | undefined): Promise<string> {
  if (moveId !== undefined)
    return moveText(await call<Move>(site, 'GET', `/policy-moves/${encodeURIComponent(moveId)}`));
  const { items } = await call<{ items: Move[] }>(site, 'GET', '/policy-moves');
  if (items.length === 0) return 'No live case was ever moved.';
  const rows = items.map((one) => [
    one.moveId,
    `${one.policyId} ${one.from} → ${one.to}`,
    one.status,
    String(one.total),
    one.requestedBy,
    one.approvedBy ?? '',
  ]);
  return table(['move', 'policy', 'status', 'cases', 'asked by', 'approved by'], rows);
}

export async function decideMove(
  site: Site,
  moveId: string,
  what: 'approve' | 'cancel' | 'undo',
  reason?: string,
): Promise<string> {
  const body = what === 'undo' ? { body: { reason } } : {};
  const path = `/policy-moves/${encodeURIComponent(moveId)}/${what}`;
  return moveText(await call<Move>(site, 'POST', path, { ...body, key: randomUUID() }));
}

function moveText(move: Move): string {
  const { items } = move;
  const counts =
    items === undefined ? '' : `, ${items['moved']} moved, ${items['skipped']} left, ${items['waiting']} to go`;
  const line = `Move ${move.moveId}: ${move.policyId} version ${move.from} → ${move.to}, ${move.total} cases, ${move.status}${counts}.`;
  return move.status === 'waiting'
    ? `${line} It waits for a second person: arrears policy approve-move ${move.moveId}`
    : line;
}
