import type { Finding } from './findings.js';
import { lintRendered } from './lint.js';
import type { LintBasis } from './lint-sent.js';
import type { Bound } from './rules.js';
import type { Language, Template, Variables } from './shape.js';
import type { Rendered } from './template.js';

/** What texts are checked by. */
export type Lists = Pick<LintBasis, 'phrases' | 'rules' | 'limits'>;

/** An approved version and the business date from which it is used. */
export interface LiveTemplate {
  template: Template;
  liveFrom: string;
}

/** The texts as they are in use. What is found is what is sent: the newest approved version whose date has come. */
export interface Templates {
  /** @param on business date where the debtor's agreement is; left out: today in UTC */
  find(id: string, on?: string): Template | undefined;
  all(on?: string): readonly Template[];
  /**
   * The check of a text that is about to be sent, with the values it was made of.
   * @param of `at`: business time; `packs` and `by`: as the gate judged the contact. Without packs: the usual ones
   */
  lintRendered(
    template: Template,
    language: Language,
    rendered: Rendered,
    values: Variables,
    of: { at: string } & Partial<Bound>,
  ): Finding[];
}

export function templateBook(live: () => readonly LiveTemplate[], lists: Lists, today: () => string): Templates {
  const inUse = (on: string): Map<string, Template> => {
    const newest = new Map<string, Template>();
    for (const { template, liveFrom } of live())
      if (liveFrom <= on && template.version > (newest.get(template.id)?.version ?? 0))
        newest.set(template.id, template);
    return newest;
  };
  return {
    find: (id, on = today()) => inUse(on).get(id),
    all: (on = today()) => [...inUse(on).values()],
    lintRendered(template, language, rendered, values, { at, by, packs = [] }) {
      const versions = new Map(packs.map(({ pack, packVersion }) => [pack, packVersion]));
      // A pack that this build does not have can't be asked here; the gate, which has it, has answered by now.
      const known = [...versions.keys()].filter((name) => lists.rules.unknown([name]).length === 0);
      const basis = { ...lists, packs: known.length > 0 ? known : lists.rules.usual, versions, by, at };
      return lintRendered(template, language, rendered, values, basis);
    },
  };
}
