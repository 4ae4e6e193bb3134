import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from './api.js';
import { checkRules, shadowRules } from './rules.js';

const pack = (max = '2', version = '1') => `pack: house-test
packVersion: '${version}'
title: { zh: 试用限额, en: Limits on trial }
jurisdiction: any
zones: [Asia/Shanghai]
rules:
  - id: HOUSE-SMS
    zh: 每日最多两条短信
    en: At most two SMS a day
    effectiveFrom: 2026-01-01
    effectiveTo: 2026-12-31
    binds: [firstParty]
    channels: [sms]
    purposes: [collect]
    verdict: delay
    counter: { event: smsSent, key: person, window: { calendarDays: 1 }, max: ${max} }
    severity: house
    verify: true
    citation: { document: House, article: SMS }
    examples:
      - name: the first
        given: { at: '2026-11-09T10:00:00+08:00' }
        expect: passes
      - name: the third
        given: { at: '2026-11-09T10:00:00+08:00', events: [{ kind: smsSent, at: '2026-11-09T09:00:00+08:00', times: 2 }] }
        expect: { denied: { until: '2026-11-10T00:00:00+08:00' } }
  - id: HOUSE-FEE
    zh: 不得以催收名义收费
    en: No fee in the name of collection
    effectiveFrom: 2026-01-01
    asked: template
    binds: [firstParty]
    channels: all
    purposes: all
    verdict: block
    when: { fact: template.flags, has: extra-fee }
    severity: law
    citation: { document: House, article: fees }
    examples:
      - { name: asks, given: { at: '2026-11-09T10:00:00+08:00', facts: { template.flags: [extra-fee] } }, expect: { denied: { until: never } } }
      - { name: asks not, given: { at: '2026-11-09T10:00:00+08:00', facts: { template.flags: [] } }, expect: passes }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const save = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('arrears rules check', () => {
  it('shows each rule: title, when it is asked, severity, dates, whether its number is confirmed, examples', () => {
    expect(checkRules([save('house.yaml', pack())], 'en').split('\n')).toEqual([
      'house-test version 1 (any): Limits on trial',
      'rule       title                             asked         severity  from        to          verify     examples',
      'HOUSE-SMS  At most two SMS a day             at a contact  house     2026-01-01  2026-12-31  to verify  2',
      'HOUSE-FEE  No fee in the name of collection  of a text     law       2026-01-01                         2',
      '',
      'Packs: 1. Rules: 2, to verify 1. Examples: 4, all hold.',
    ]);
  });

  it('does so in Chinese', () => {
    const text = checkRules([save('house.yaml', pack())], 'zh');
    expect(text).toContain('HOUSE-SMS  每日最多两条短信    触达时    本行  2026-01-01  2026-12-31  待核实  2');
    expect(text).toContain('规则包 1 个，规则 2 条（待核实 1 条），示例 4 个全部相符。');
  });

  it('takes every pack of a folder, and those that ship when nothing is named', () => {
    save('house.yaml', pack());
    save('notes.txt', 'not a pack');
    expect(checkRules([folder], 'en')).toContain('Packs: 1. Rules: 2');
    const shipped = checkRules([], 'en');
    expect(shipped).toContain('CN-CBA-TIME');
    expect(shipped).toMatch(/Packs: \d+\. Rules: \d+, to verify \d+\. Examples: \d+, all hold\.$/);
  });

  it('names every fault of every file with its line, and nothing else', () => {
    const contradicting = save('a.yaml', pack('3'));
    const misspelt = save('b.yaml', pack().replace('severity: house', 'severty: house'));
    const failing = () => checkRules([contradicting, misspelt], 'en');
    expect(failing).toThrow(`${contradicting}:24: HOUSE-SMS: example "the third" says denied until`);
    expect(failing).toThrow(new RegExp(`${misspelt}:\\d+: HOUSE-SMS: .*severty`));
  });

  it('refuses versions that are in force at the same time, files that are not there, folders without packs', () => {
    const [one, two] = [save('a.yaml', pack()), save('b.yaml', pack('2', '2'))];
    expect(() => checkRules([one, two], 'en')).toThrow(`${two}:1: house-test 2 (… to …) overlaps version 1`);
    expect(() => checkRules([path.join(folder, 'c.yaml')], 'en')).toThrow('c.yaml is not there.');
    rmSync(one);
    rmSync(two);
    expect(() => checkRules([folder], 'en')).toThrow('holds no rule pack');
  });
});

describe('arrears rules shadow', () => {
  let server: Server;
  let site: Site;
  let asked: unknown[] = [];
  const report = {
    ...{ pack: 'house-test', packVersion: '1', from: '2026-10-10T04:00:00.000Z', to: '2026-11-09T04:00:00.000Z' },
    ...{ asked: 40, denied: 5, byRule: { 'HOUSE-FEE': 1, 'HOUSE-SMS': 4 }, newlyPermitted: 1, complete: true },
    samples: [
      { kind: 'permit', contactId: 'm-1', caseId: 'c-1', at: '2026-11-01T01:00:00.000Z', rules: ['HOUSE-SMS'] },
      { kind: 'denial', contactId: 'm-2', caseId: 'c-2', at: '2026-11-02T01:00:00.000Z', rules: [] },
    ],
  };
  let answer: unknown = report;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        asked.push({ path: request.url, ...(JSON.parse(Buffer.concat(parts).toString()) as object) });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const contacts = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    site = { urls: { contacts }, token: () => Promise.resolve('token') };
  });
  beforeEach(() => {
    asked = [];
    answer = report;
  });
  afterAll(() => void server.close());

  it('says how many of the contacts it would have denied, by which rules, with examples', async () => {
    const file = save('house.yaml', pack());
    expect((await shadowRules(site, file, { lang: 'en' })).split('\n')).toEqual([
      'house-test 1, 2026-10-10T04:00Z – 2026-11-09T04:00Z: of 40 contacts it would have denied 5 (12.5 %) that were permitted, and permitted 1 that only this pack denied.',
      '',
      'rule       denies  title',
      'HOUSE-SMS  4       At most two SMS a day',
      'HOUSE-FEE  1       No fee in the name of collection',
      '',
      'when                      was        now           case  contact',
      '2026-11-01T01:00:00.000Z  permitted  HOUSE-SMS     c-1   m-1',
      '2026-11-02T01:00:00.000Z  denied     would permit  c-2   m-2',
    ]);
    expect(asked).toEqual([{ path: '/rule-packs/shadow', yaml: readFileSync(file, 'utf8') }]);
  });

  it('does so in Chinese, and says when it did not get to the end', async () => {
    answer = { ...report, complete: false };
    const text = await shadowRules(site, save('house.yaml', pack()), { lang: 'zh' });
    expect(text).toContain('40 次触达中，将拒绝当时许可的 5 次（12.5 %）');
    expect(text).toContain('次数过多，未全部检查：请缩短期间。');
  });

  it('asks about the period that was named', async () => {
    const period = { from: '2026-10-01', to: '2026-11-01T00:00:00+08:00' };
    await shadowRules(site, save('house.yaml', pack()), { ...period, lang: 'en' });
    expect(asked).toEqual([
      expect.objectContaining({ from: '2026-10-01T00:00:00.000Z', to: '2026-10-31T16:00:00.000Z' }),
    ]);
    const bad = shadowRules(site, save('house.yaml', pack()), { from: 'October', lang: 'en' });
    await expect(bad).rejects.toThrow('--from October: write a date');
  });

  it('has nothing to say of no contacts, and asks nobody about a pack that is wrong', async () => {
    answer = { ...report, asked: 0, denied: 0, byRule: {}, newlyPermitted: 0, samples: [] };
    const text = await shadowRules(site, save('house.yaml', pack()), { lang: 'en' });
    expect(text.split('\n')).toHaveLength(1);
    asked = [];
    await expect(shadowRules(site, save('house.yaml', pack('0')), { lang: 'en' })).rejects.toThrow('HOUSE-SMS');
    expect(asked).toEqual([]);
  });

  it('says what is missing when nobody names the service', async () => {
    const nowhere = { ...site, urls: {} };
    await expect(shadowRules(nowhere, save('house.yaml', pack()), { lang: 'en' })).rejects.toThrow(
      'ARREARS_CONTACTS_URL',
    );
  });
});
