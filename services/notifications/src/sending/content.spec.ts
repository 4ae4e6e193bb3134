import { describe, expect, it } from '@jest/globals';
import { loadPack, type RulePack } from '@arrears/compliance';
import { fileURLToPath } from 'node:url';
import { templateBook, type LiveTemplate } from '../templates/book.js';
import { loadLists, loadTemplates } from '../templates/load-templates.js';
import { templateRules } from '../templates/rules.js';
import { variablesFor } from '../templates/variables.js';
import { facts, granted, ids, message } from '../testing/fakes.js';
import type { MessageRow } from '../messages/message.store.js';
import { contentMaker, type ContentInput, type Granted } from './content.js';

const at = '2026-11-24T02:00:00.000Z';
const template = loadTemplates(fileURLToPath(new URL('../../templates', import.meta.url)), at).find('reminder-1');
if (template === undefined) throw new Error('the reminder is gone');

/** Asks every SMS of those whom it binds how to opt out; no shipped reminder says it. */
function pack(name: string, packVersion: string, binds: string, dates = ''): RulePack {
  const loaded = loadPack(
    `pack: ${name}
packVersion: '${packVersion}'
title: { zh: 测试, en: Test }
jurisdiction: any
${dates}
zones: [Asia/Shanghai]
rules:
  - id: ${name.toUpperCase()}-OPTOUT
    zh: 须写明退订方法
    en: says how to opt out
    effectiveFrom: 2020-01-01
    binds: [${binds}]
    channels: [sms]
    purposes: all
    asked: template
    when: { fact: template.flags, has: opt-out-missing }
    verdict: block
    severity: house
    citation: { document: { zh: 测试, en: Test }, article: { zh: '1', en: '1' } }
    verify: false
    examples:
      - { name: said, given: { at: '2026-11-24T02:00:00Z', facts: { template.flags: [] } }, expect: passes }
      - name: not said
        given: { at: '2026-11-24T02:00:00Z', facts: { template.flags: [opt-out-missing] } }
        expect: { denied: { until: never } }
`,
    name,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  return loaded.pack;
}

const lists = {
  ...loadLists(),
  rules: templateRules([
    pack('ours', '1', 'firstParty, agency, buyer'),
    pack('agencies', '1', 'agency'),
    pack('moving', '1', 'agency', 'effectiveTo: 2026-06-30'),
    pack('moving', '2', 'firstParty, agency, buyer', 'effectiveFrom: 2026-07-01'),
  ]),
};
const live: LiveTemplate[] = [{ template, liveFrom: '2026-01-01' }];
const make = contentMaker({
  templates: templateBook(
    () => live,
    lists,
    () => '2026-11-24',
  ),
  personKeys: { derived: { forWriting: async () => Buffer.alloc(32, 1), forReading: async () => null } },
});

/** What comes of a text under a permit that was judged so; the case's own facts name other packs. */
async function judgedBy(by: Granted['by'], packs: Record<string, string>, rulePacks: string[] = ['ours']) {
  const told = Object.entries(packs).map(([name, packVersion]) => ({ pack: name, packVersion }));
  const permit = granted({ by, packs: told }) as Granted;
  const known = facts({ rulePacks });
  const variables = { ...variablesFor(known, [ids.account], '2026-11-24', 'zh'), salutation: permit.salutation };
  const row = { ...message(), messageId: ids.point } as unknown as MessageRow;
  const input: ContentInput = {
    ...{ row, facts: known, template: template as ContentInput['template'], language: 'zh' },
    ...{ variables, permit, date: '2026-11-24', at },
  };
  return make(input).then(
    () => 'made',
    ({ codes }: { codes: readonly string[] }) => codes,
  );
}

describe('a text that is about to be sent', () => {
  it('is judged by the packs by which the gate judged the contact, whatever packs the case names', async () => {
    expect(await judgedBy('firstParty', { agencies: '1' })).toBe('made');
    expect(await judgedBy('firstParty', { ours: '1' }, ['agencies'])).toEqual(['rule']);
  });

  it('is judged as whose contact the gate judged it: what binds agencies alone binds an agency', async () => {
    expect(await judgedBy('firstParty', { agencies: '1' })).toBe('made');
    expect(await judgedBy('buyer', { agencies: '1' })).toBe('made');
    expect(await judgedBy('agency', { agencies: '1' })).toEqual(['rule']);
  });

  it('is judged by the version that the gate told, and by the day’s where this build does not have it', async () => {
    expect(await judgedBy('firstParty', { moving: '1' })).toBe('made');
    expect(await judgedBy('firstParty', { moving: '2' })).toEqual(['rule']);
    expect(await judgedBy('firstParty', { moving: '3' })).toEqual(['rule']);
  });
});
