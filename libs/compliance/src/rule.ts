import { z } from 'zod';
import { comparisonsIn } from './condition.js';
import { misfit, misfitValue } from './fact-kinds.js';
import { channels, contactors, counterKeys, eventKinds, factKinds, holdEffects, purposes } from './vocabulary.js';
import type { FactName } from './vocabulary.js';

/** A rule is data: a bank changes numbers by adding a pack version. Every object is closed, a misspelt key is an error. */

const localDate = z.iso.date();
const instant = z.iso.datetime({ offset: true });
const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a local time such as "08:00", at most "24:00"');
const ruleId = z.string().regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'an id such as CN-CBA-TIME');
const factName = z.enum(Object.keys(factKinds) as [FactName, ...FactName[]]);

export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { fact: FactName; is: string | number | boolean }
  | { fact: FactName; in: string[] }
  | { fact: FactName; has: string }
  | { fact: FactName; atLeast: number }
  | { fact: FactName; atMost: number }
  | { fact: FactName; notBefore: 'today'; plusDays?: number | undefined }
  | { fact: FactName; notAfter: 'today' }
  | { fact: FactName; known: true };

export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(condition).min(1) }),
    z.strictObject({ any: z.array(condition).min(1) }),
    z.strictObject({ not: condition }),
    z.strictObject({ fact: factName, is: z.union([z.string(), z.number(), z.boolean()]) }),
    z.strictObject({ fact: factName, in: z.array(z.string()).min(1) }),
    z.strictObject({ fact: factName, has: z.string() }),
    z.strictObject({ fact: factName, atLeast: z.number() }),
    z.strictObject({ fact: factName, atMost: z.number() }),
    // The date, or so many days behind it, is today or lies ahead.
    z.strictObject({
      fact: factName,
      notBefore: z.literal('today'),
      plusDays: z.int().min(1).max(3660).optional(),
    }),
    z.strictObject({ fact: factName, notAfter: z.literal('today') }),
    // Somebody told it, whatever it is: the one comparison that is never unknown.
    z.strictObject({ fact: factName, known: z.literal(true) }),
  ]),
);

/** `calendarDays: 1` is today by the debtor's clock, `2` today and yesterday; `rolling` is a span that ends now. */
const counterWindow = z.union([
  z.strictObject({ calendarDays: z.int().min(1).max(3660) }),
  z.strictObject({
    rolling: z.union([
      z.strictObject({ days: z.int().min(1).max(3660) }),
      z.strictObject({ hours: z.int().min(1).max(8760) }),
    ]),
  }),
]);

/** Denied while `max` or more of `event` lie inside `window`: the next one would be the `max + 1`st. */
const counter = z
  .strictObject({
    event: z.union([z.enum(eventKinds), z.array(z.enum(eventKinds)).min(1)]),
    key: z.enum(counterKeys),
    /** Of a debt: each person's contacts are counted by themselves. */
    perPerson: z.literal(true).optional(),
    window: counterWindow,
    max: z.int().min(1).max(10_000),
  })
  .refine(({ key, perPerson }) => perPerson === undefined || key === 'debt', {
    message: 'perPerson belongs to the key debt',
    path: ['perPerson'],
  });

/** Local hours of the debtor in which contact is allowed: from inclusive, to exclusive; days off have no hours at all. */
const hours = z
  .strictObject({
    from: localTime,
    to: localTime,
    notOnHolidays: z.boolean().optional(),
    notOnWeekdays: z.array(z.int().min(1).max(7)).optional(),
    notOnDates: z.array(localDate).min(1).optional(),
  })
  .refine(({ from, to }) => from < to, { message: 'from must come before to', path: ['from'] });

/** In Chinese and English; one text alone stands for both. */
const text = z.union([z.string().min(1), z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })]);
export type Text = z.infer<typeof text>;
const citation = z.strictObject({ document: text, article: text, url: z.url().optional() });

const facts = z
  .partialRecord(factName, z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .superRefine((told, context) => {
    for (const [name, value] of Object.entries(told)) {
      const message = misfitValue(name as FactName, value);
      if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

/** An example is one contact, with all that is said about it; what is left out is an ordinary SMS to the debtor. */
const example = z.strictObject({
  name: z.string().min(1),
  given: z.strictObject({
    at: instant,
    zones: z.array(z.string()).optional(),
    channel: z.enum(channels).optional(),
    purpose: z.enum(purposes).optional(),
    by: z.enum(contactors).optional(),
    facts: facts.optional(),
    holidays: z.array(localDate).optional(),
    events: z
      .array(
        z.strictObject({
          kind: z.enum(eventKinds),
          at: instant,
          /** Of another person, number, debt or case than the contact. */
          other: z.enum(counterKeys).optional(),
          /** So many of them. */
          times: z.int().min(1).max(100).optional(),
        }),
      )
      .optional(),
  }),
  expect: z.union([
    z.literal('passes'),
    z.strictObject({ denied: z.strictObject({ until: z.union([instant, z.literal('never')]) }) }),
  ]),
});
export type RuleExample = z.infer<typeof example>;

export const rule = z
  .strictObject({
    id: ruleId,
    /** Why it was refused, as a person reads it. */
    zh: z.string().min(1),
    en: z.string().min(1),
    effectiveFrom: localDate,
    effectiveTo: localDate.optional(),
    /** Left out: the pack's. */
    jurisdiction: z.string().optional(),
    binds: z.array(z.enum(contactors)).min(1),
    channels: z.union([z.literal('all'), z.array(z.enum(channels)).min(1)]),
    purposes: z.union([z.literal('all'), z.array(z.enum(purposes)).min(1)]),
    /** `contact`: the gate asks it. `template`: asked of a text when it is saved and sent. `duty`: recorded, judged elsewhere. */
    asked: z.enum(['contact', 'template', 'duty']).default('contact'),
    /** The rule concerns this contact at all; an unknown fact does not free it. */
    when: condition.optional(),
    /** The rule is waived; an unknown fact does not waive it. */
    unless: condition.optional(),
    verdict: z.enum(['block', 'delay', 'require', 'stop']),
    hours: hours.optional(),
    counter: counter.optional(),
    requires: condition.optional(),
    severity: z.enum(['law', 'self-regulation', 'house']),
    citation,
    /** The number is not confirmed in a source; shown as such to whoever reads the pack. */
    verify: z.boolean().default(false),
    examples: z.array(example).min(2),
  })
  .superRefine((rule, context) => {
    const limits = [rule.hours, rule.counter].filter((limit) => limit !== undefined).length;
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (rule.verdict === 'delay' && limits !== 1) say('verdict', 'delay needs exactly one of hours or counter');
    if (rule.verdict !== 'delay' && limits > 0) say('verdict', 'hours and counter belong to the verdict delay');
    if ((rule.verdict === 'require') !== (rule.requires !== undefined))
      say('requires', 'require and requires belong together');
    if ((rule.verdict === 'block' || rule.verdict === 'stop') && rule.when === undefined)
      say('when', `${rule.verdict} without when would deny everybody for ever`);
    if (rule.verdict === 'stop' && (rule.unless !== undefined || rule.purposes !== 'all'))
      say('verdict', 'stop beats everything: it has no unless and binds all purposes');
    if (rule.effectiveTo !== undefined && rule.effectiveTo < rule.effectiveFrom)
      say('effectiveTo', 'ends before it begins');
    for (const path of ['when', 'unless', 'requires'] as const)
      for (const comparison of rule[path] === undefined ? [] : comparisonsIn(rule[path])) {
        const message = misfit(comparison);
        if (message !== null) say(path, message);
      }
    if (!rule.examples.some(({ expect }) => expect === 'passes')) say('examples', 'no example that passes');
    if (!rule.examples.some(({ expect }) => expect !== 'passes')) say('examples', 'no example that is denied');
  });
export type Rule = z.infer<typeof rule>;

export const rulePack = z
  .strictObject({
    pack: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id such as cn-cba-2026'),
    packVersion: z.string().min(1).max(40),
    title: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
    /** When this version is in force, by the debtor's local date; left out: as long as there has been a gate, until further notice. */
    effectiveFrom: localDate.optional(),
    effectiveTo: localDate.optional(),
    jurisdiction: z.string().min(2).max(10),
    /** Time zones that a debtor of this jurisdiction may live in: when his is unknown, the hour must be right in all. */
    zones: z.array(z.string()).min(1),
    rules: z.array(rule),
  })
  .superRefine(({ rules, effectiveFrom, effectiveTo }, context) => {
    if (effectiveFrom !== undefined && effectiveTo !== undefined && effectiveTo < effectiveFrom)
      context.addIssue({ code: 'custom', path: ['effectiveTo'], message: 'ends before it begins' });
    const seen = new Set<string>();
    rules.forEach(({ id }, index) => {
      if (seen.has(id))
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'id'],
          message: `${id} stands twice: give each rule an id of its own`,
        });
      seen.add(id);
    });
  });
export type RulePack = z.infer<typeof rulePack>;

/** Every field that a pack may have anywhere, so that a misspelt one is told beside the right one. */
export const fieldNames: readonly string[] = [
  ...new Set(
    [rulePack, rule, hours, counter, citation, example, example.shape.given].flatMap(({ shape }) => Object.keys(shape)),
  ),
  ...[
    'all',
    'any',
    'not',
    'fact',
    'plusDays',
    'calendarDays',
    'rolling',
    'days',
    'hours',
    'denied',
    'until',
    'kind',
    'other',
    'times',
  ],
];

export const hold = z.object({
  holdId: z.string(),
  kind: z.string(),
  effects: z.array(z.enum(holdEffects)),
  allows: z.array(z.string()),
  from: instant,
  until: instant.optional(),
  accounts: z.array(z.string()).optional(),
  persons: z.array(z.string()).optional(),
});
export type Hold = z.infer<typeof hold>;
