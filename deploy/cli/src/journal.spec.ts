import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nextEntry, type JournalBundle, type JournalEntry } from '@arrears/audit';
import type { Site } from './api.js';
import { exportBundle, verifyCase, verifyFile } from './journal.js';

const caseId = '0193d6a0-0000-7000-8000-000000000001';
const at = '2026-11-09T01:00:00.000Z';

function chain(n: number, what: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let seq = 1; seq <= n; seq++) {
    const before = entries.at(-1);
    const head = before === undefined ? null : { seq: before.seq, hash: before.hash };
    entries.push(nextEntry(head, { caseId, kind: 'told', at, actor: 'service:test', data: { [what]: seq } }));
  }
  return entries;
}
const headOf = (entries: readonly JournalEntry[]) => {
  const last = entries.at(-1);
  return last === undefined ? null : { seq: last.seq, hash: last.hash };
};

/** Three services that page their chains two entries at a time; `notifications` has never heard of the case. */
describe('the bundle of a case', () => {
  const chains: Record<string, JournalEntry[]> = { cases: chain(5, 'case'), contacts: chain(3, 'permit') };
  const servers: Server[] = [];
  let site: Site;
  let folder: string;
  let file: string;
  const serve = async (entries: JournalEntry[] | undefined): Promise<string> => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      response.setHeader('content-type', 'application/json');
      if (url.pathname.endsWith('/anchors')) {
        const items = [{ service: 'contacts', ...headOf(chains['contacts'] ?? []), heardAt: at, day: '2026-11-09' }];
        response.end(JSON.stringify({ items, nextCursor: null }));
      } else if (entries === undefined) {
        response.statusCode = 404;
        response.end(JSON.stringify({ title: 'Not found', code: 'not-found', detail: '', correlationId: 'x' }));
      } else {
        const after = Number(url.searchParams.get('cursor') ?? 0);
        const nextCursor = after + 2 < entries.length ? String(after + 2) : null;
        response.end(JSON.stringify({ items: entries.slice(after, after + 2), nextCursor, head: headOf(entries) }));
      }
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  beforeAll(async () => {
    const cases = await serve(chains['cases']);
    const urls = { cases, contacts: await serve(chains['contacts']), notifications: await serve(undefined) };
    site = { urls, token: () => Promise.resolve('token') };
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
    file = path.join(folder, 'case.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  afterAll(() => servers.forEach((server) => server.close()));

  it('is read page by page from every service that has something, and verifies with no access to any', async () => {
    expect(await exportBundle(site, caseId, file)).toBe(
      `${file}: cases 5, contacts 3 entries, 1 anchors. Without notifications: nothing of the case is there.`,
    );
    const bundle = JSON.parse(readFileSync(file, 'utf8')) as JournalBundle;
    expect(bundle).toMatchObject({ caseId, version: 1, anchors: [{ service: 'contacts', seq: 3 }] });
    expect(verifyFile(file, [])).toContain('cases: 5 entries, the chain is whole');
  });

  const tampered = async (change: (bundle: JournalBundle) => void) => {
    await exportBundle(site, caseId, file);
    const bundle = JSON.parse(readFileSync(file, 'utf8')) as JournalBundle;
    change(bundle);
    writeFileSync(file, JSON.stringify(bundle));
    return file;
  };
  const chainIn = (bundle: JournalBundle, service: string) =>
    bundle.chains.find((one) => one.service === service) as JournalBundle['chains'][number];

  it('names the altered entry', async () => {
    await tampered((bundle) => Object.assign(chainIn(bundle, 'cases').entries[2] as object, { actor: 'nobody' }));
    expect(() => verifyFile(file, [])).toThrow('cases: the chain is broken at entry 3: altered.');
  });

  it('says that a chain was cut off at its end, head and all', async () => {
    await tampered((bundle) => {
      const contacts = chainIn(bundle, 'contacts');
      contacts.entries.pop();
      contacts.head = headOf(contacts.entries);
    });
    expect(() => verifyFile(file, [])).toThrow('contacts: the chain was cut off, entry 3');
  });

  it('takes ends that were kept elsewhere', async () => {
    await exportBundle(site, caseId, file);
    const hash = chains['cases']?.[4]?.hash ?? '';
    expect(verifyFile(file, [`cases=5:${hash}`])).toContain('1 anchors hold');
    expect(() => verifyFile(file, [`cases=${'a'.repeat(64)}`])).toThrow('cases: the chain was written anew');
    expect(() => verifyFile(file, ['cases'])).toThrow('write SERVICE=HASH');
  });

  it('says what is no bundle of its kind', async () => {
    await tampered((bundle) => Object.assign(bundle, { version: 7 }));
    expect(() => verifyFile(file, [])).toThrow('version 7');
  });

  it('reads the plain entries of one chain too', () => {
    writeFileSync(file, (chains['cases'] ?? []).map((entry) => JSON.stringify(entry)).join('\n'));
    expect(verifyFile(file, [])).toBe('5 entries, the chain is whole.');
  });

  it('verifies the journal of a case at the service', async () =>
    expect(await verifyCase(site, caseId)).toBe('5 entries, the chain is whole.'));
});
