import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { actorOf } from '@arrears/auth';
import { steppedClock } from '@arrears/clock';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import { openDatabase, runMigrations, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { buildApp, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { notificationsMigrations } from '../migrations.js';
import { openTemplateBook, type LiveBook } from '../templates/live-book.js';
import { loadLists } from '../templates/load-templates.js';
import { TemplateHttp } from '../templates/template.http.js';
import { DATABASE, TEMPLATE_DESK, TEMPLATES } from '../tokens.js';

/** Templates on a real database: two processes, of which one answers HTTP and the other sends. For tests only. */
export interface TemplateBench {
  db: Database;
  built: BuiltApp;
  sender: LiveBook;
  /** One more process, over a folder of shipped templates. */
  open(folder?: string): Promise<LiveBook>;
  /** A token is a role and a person, and an agreement when he may not see all: `policyAuthor~li`. */
  get(at: string, token?: string): request.Test;
  post(at: string, body: object, token: string, key?: string): request.Test;
  close(): Promise<void>;
}

export const author = 'policyAuthor~li';
export const second = 'compliance~wang';
const shipped = fileURLToPath(new URL('../../templates', import.meta.url));

export async function openTemplateBench(): Promise<TemplateBench> {
  const own = await createTestDatabase('templates');
  await runMigrations({ url: own.url, folders: notificationsMigrations });
  const db = await openDatabase({ url: own.url, name: 'templates-test' });
  const lists = loadLists();
  const clock = steppedClock('2026-11-24T02:00:00.000Z');
  const fail = (error: unknown) => {
    throw error;
  };
  const open = (folder = shipped) => openTemplateBook({ db, clock, lists, folder, onError: fail });
  const [desk, sender] = await Promise.all([open(), open()]);
  class TestModule {}
  const module = {
    module: TestModule,
    controllers: [TemplateHttp],
    providers: [
      { provide: DATABASE, useValue: db },
      { provide: TEMPLATES, useValue: desk.templates },
      { provide: TEMPLATE_DESK, useValue: { clock, lists } },
    ],
  };
  const verifier = {
    verify: async (token: string) => {
      const [role = '', person = role, agreement = '*'] = token.split('~');
      return actorOf({ sub: person, roles: [role], scopes: [`agreement:${agreement}`] });
    },
  };
  const edge = { name: 'notifications', version: '1', api: true, health: createHealth(), log: silentLogger };
  const built = await buildApp({ ...edge, module, verifier, metrics: createMetrics() });
  return {
    ...{ db, built, sender, open },
    get: (at, token = 'auditor') => request(built.http).get(at).set('authorization', `Bearer ${token}`),
    post: (at, body, token, key = randomUUID()) =>
      request(built.http)
        .post(at)
        .set({ authorization: `Bearer ${token}`, 'idempotency-key': key })
        .send(body),
    async close() {
      await built.app.close();
      await Promise.all([desk.stop(), sender.stop()]);
      await db.close();
      await own.drop();
    },
  };
}

/** What the answers may have. */
export interface TemplateBody {
  id: string;
  version: number;
  status: string;
  inUse: number | null;
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
  findings: { code: string; language: string; en: string }[];
  preview: Record<'zh' | 'en', { text: string; sms?: { encoding: string; segments: number } } | null>;
  items: TemplateBody[];
}
/** supertest types bodies as `any`. */
export const bodyOf = async (sent: request.Test): Promise<TemplateBody> => (await sent).body as TemplateBody;

let count = 0;
/** An SMS without fault under an id of its own. */
export function content(over: object = {}) {
  count += 1;
  return {
    id: `note-${count}`,
    channel: 'sms',
    purpose: 'collect',
    title: { zh: '测试', en: 'Test' },
    variables: {
      creditor: { type: 'text', sample: '示例银行' },
      total: { type: 'money', sample: { minor: '120000', currency: 'CNY' } },
      complaintChannel: { type: 'text', sample: '400-800-0000' },
    },
    texts: {
      zh: '【{creditor}】应还 {total}，投诉 {complaintChannel}',
      en: '[{creditor}] {total} is due. Complaints: {complaintChannel}',
    },
    ...over,
  };
}
