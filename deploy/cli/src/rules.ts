import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadPacks, packErrorText, type Rule, type RulePack } from '@arrears/compliance';
import { call, Refused, type Site } from './api.js';
import { table } from './table.js';

export type Language = 'zh' | 'en';

/**
 * Loads rule packs as the gate would, runs every example, and shows each rule. Every fault of every file is named with its
 * line.
 * @param places files, or folders with their `*.yaml`; none: the packs that ship
 */
export function checkRules(places: readonly string[], language: Language): string {
  const files = (places.length > 0 ? places : [shippedFolder()]).flatMap(packFiles);
  const loaded = loadPacks(files.map((file) => ({ file, text: read(file) })));
  if (!loaded.ok) throw new Refused(loaded.errors.map(packErrorText).join('\n'));
  return [...loaded.packs.map((pack) => packText(pack, language)), summary(loaded.packs, language)].join('\n\n');
}

const shippedFolder = (): string =>
  path.join(path.dirname(createRequire(import.meta.url).resolve('@arrears/compliance/package.json')), 'packs');

function packFiles(place: string): string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new Refused(`${place} is not there.`);
  if (!found.isDirectory()) return [place];
  const names = readdirSync(place).filter((name) => name.endsWith('.yaml'));
  if (names.length === 0) throw new Refused(`${place} holds no rule pack (*.yaml).`);
  return names.sort().map((name) => path.join(place, name));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const words = {
  en: {
    ...{ rule: 'rule', title: 'title', asked: 'asked', severity: 'severity', from: 'from', to: 'to' },
    ...{ verify: 'verify', examples: 'examples', unconfirmed: 'to verify', version: 'version' },
    ...{ contact: 'at a contact', template: 'of a text', duty: 'duty' },
    ...{ law: 'law', 'self-regulation': 'self-regulation', house: 'house' },
  },
  zh: {
    ...{ rule: '规则', title: '内容', asked: '检查时点', severity: '效力', from: '起', to: '止' },
    ...{ verify: '核实', examples: '示例', unconfirmed: '待核实', version: '版本' },
    ...{ contact: '触达时', template: '文本', duty: '义务' },
    ...{ law: '法律', 'self-regulation': '自律', house: '本行' },
  },
} as const;

function packText(pack: RulePack, language: Language): string {
  const say = words[language];
  const row = (rule: Rule) => [
    rule.id,
    rule[language],
    say[rule.asked],
    say[rule.severity],
    rule.effectiveFrom,
    rule.effectiveTo ?? '',
    rule.verify ? say.unconfirmed : '',
    String(rule.examples.length),
  ];
  const period = [pack.effectiveFrom, pack.effectiveTo].some((date) => date !== undefined)
    ? `, ${pack.effectiveFrom ?? '…'} – ${pack.effectiveTo ?? '…'}`
    : '';
  return [
    `${pack.pack} ${say.version} ${pack.packVersion} (${pack.jurisdiction}${period}): ${pack.title[language]}`,
    table(
      [say.rule, say.title, say.asked, say.severity, say.from, say.to, say.verify, say.examples],
      pack.rules.map(row),
    ),
  ].join('\n');
}

function summary(packs: readonly RulePack[], language: Language): string {
  const rules = packs.flatMap((pack) => pack.rules);
  const unconfirmed = rules.filter(({ verify }) => verify).length;
  const examples = rules.reduce((sum, rule) => sum + rule.examples.length, 0);
  return language === 'zh'
    ? `规则包 ${packs.length} 个，规则 ${rules.length} 条（待核实 ${unconfirmed} 条），示例 ${examples} 个全部相符。`
    : `Packs: ${packs.length}. Rules: ${rules.length}, to verify ${unconfirmed}. Examples: ${examples}, all hold.`;
}

export interface ShadowOptions {
  from?: string;
  to?: string;
  lang: string;
}

interface Shadow {
  pack: string;
  packVersion: string;
  from: string;
  to: string;
  asked: number;
  denied: number;
  byRule: Record<string, number>;
  newlyPermitted: number;
  samples: { kind: 'permit' | 'denial'; contactId: string; caseId: string; at: string; rules: string[] }[];
  /** False: there were more answers than are looked at in one run. */
  complete: boolean;
}

/** What a pack would have said to the contacts of a period, the last 30 days by default. Changes nothing. */
export async function shadowRules(site: Site, file: string, options: ShadowOptions): Promise<string> {
  const yaml = read(file);
  const loaded = loadPacks([{ file, text: yaml }]);
  if (!loaded.ok) throw new Refused(loaded.errors.map(packErrorText).join('\n'));
  if (!site.urls['contacts']) throw new Refused('Nothing names the service "contacts": set ARREARS_CONTACTS_URL.');
  const body = { yaml, ...instant('from', options.from), ...instant('to', options.to) };
  const report = await call<Shadow>(site, 'POST', '/rule-packs/shadow', { body, service: 'contacts' });
  return shadowText(report, loaded.packs[0]?.rules ?? [], options.lang === 'zh' ? 'zh' : 'en');
}

/** A date is its first moment in UTC; anything else says its own offset. */
function instant(name: 'from' | 'to', text: string | undefined): Partial<Record<'from' | 'to', string>> {
  if (text === undefined) return {};
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  if (!/(Z|[+-]\d{2}:\d{2})$/.test(whole) || Number.isNaN(Date.parse(whole)))
    throw new Refused(`--${name} ${text}: write a date (2026-11-01) or an instant (2026-11-01T00:00:00+08:00).`);
  return { [name]: new Date(whole).toISOString() };
}

function shadowText(report: Shadow, rules: readonly Rule[], language: Language): string {
  const { pack, packVersion, asked, denied, newlyPermitted, byRule, samples } = report;
  const zh = language === 'zh';
  const period = `${report.from.slice(0, 16)}Z – ${report.to.slice(0, 16)}Z`;
  const share = asked === 0 ? '' : zh ? `（${percent(denied, asked)}）` : ` (${percent(denied, asked)})`;
  const heads = zh ? ['规则', '拒绝', '内容'] : ['rule', 'denies', 'title'];
  const counts = Object.entries(byRule)
    .sort(([, one], [, other]) => other - one)
    .map(([id, count]) => [id, String(count), rules.find((rule) => rule.id === id)?.[language] ?? '']);
  const was = zh ? { permit: '曾许可', denial: '曾拒绝' } : { permit: 'permitted', denial: 'denied' };
  const examples = samples.map(({ kind, at, caseId, contactId, rules: by }) => [
    at,
    was[kind],
    by.length > 0 ? by.join(' ') : zh ? '将许可' : 'would permit',
    caseId,
    contactId,
  ]);
  return [
    zh
      ? `${pack} ${packVersion}，${period}：${asked} 次触达中，将拒绝当时许可的 ${denied} 次${share}，将许可当时仅因本规则包被拒的 ${newlyPermitted} 次。`
      : `${pack} ${packVersion}, ${period}: of ${asked} contacts it would have denied ${denied}${share} that were permitted, and permitted ${newlyPermitted} that only this pack denied.`,
    ...(counts.length > 0 ? ['', table(heads, counts)] : []),
    ...(examples.length > 0
      ? ['', table(zh ? ['时间', '当时', '将被', '案件', '触达'] : ['when', 'was', 'now', 'case', 'contact'], examples)]
      : []),
    ...(report.complete
      ? []
      : [
          '',
          zh
            ? '次数过多，未全部检查：请缩短期间。'
            : 'Too many for one run, not all were asked about: take a shorter period.',
        ]),
  ].join('\n');
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
