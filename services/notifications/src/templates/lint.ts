import { distinct, finding, isError, type Finding } from './findings.js';
import { checkSending, type LintBasis } from './lint-sent.js';
import { checkVariables } from './lint-variables.js';
import { renderMessage, type Rendered } from './template.js';
import { languages, placesOf, samplesOf, type Language, type Template, type Variables } from './shape.js';

export type { LintBasis } from './lint-sent.js';

/**
 * Everything wrong with a template when it is saved: its variables, and the texts as its samples make them, with all
 * optional parts and with none. Pure: the same template, lists and packs give the same findings.
 */
export function lintTemplate(template: Template, basis: LintBasis): Finding[] {
  const structure = [...checkAudience(template), ...checkPacks(template, basis), ...checkVariables(template)];
  const written = languages.flatMap((language) =>
    placesOf(template, language).flatMap(({ place, text }) => checkCharacters(template, { language, place }, text)),
  );
  if (structure.some(isError)) return distinct([...structure, ...written]);
  const said = languages.flatMap((language) =>
    (['all', 'required'] as const).flatMap((which) =>
      lintSamples(template, language, samplesOf(template, which), basis),
    ),
  );
  return distinct([...structure, ...written, ...said]);
}

/** The same of a text that is about to be sent, with the values it was made of. `packs`: the agreement's. */
export function lintRendered(
  template: Template,
  language: Language,
  rendered: Rendered,
  values: Variables,
  basis: LintBasis,
): Finding[] {
  return distinct(checkSending(template, language, rendered, values, basis));
}

function lintSamples(template: Template, language: Language, values: Variables, basis: LintBasis): Finding[] {
  let rendered: Rendered;
  try {
    rendered = renderMessage(template, language, values);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [finding('missing-value', { language, place: `texts.${language}` }, error.message)];
  }
  const packs = template.packs ?? basis.packs;
  return checkSending(template, language, rendered, values, { ...basis, packs }).map((found) => ({
    ...found,
    place: found.place.replace(/^text/, `texts.${language}`),
  }));
}

function checkAudience({ purpose, audience }: Template): Finding[] {
  return purpose === 'locate' && audience === 'debtor' ? [finding('audience', { place: 'audience' })] : [];
}

function checkPacks({ packs = [] }: Template, { rules }: LintBasis): Finding[] {
  return rules.unknown(packs).map((name) => finding('unknown-pack', { place: 'packs' }, name));
}

/** Line breaks belong between the lines of an e-mail or a letter; elsewhere they are as invisible as a tabulator. */
function checkCharacters({ channel }: Template, at: { language: Language; place: string }, text: string): Finding[] {
  const lines = (channel === 'email' || channel === 'letter') && !at.place.endsWith('.subject');
  const bad = [...text].find((one) => (one !== '\n' || !lines) && /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(one));
  if (bad === undefined) return [];
  return [
    finding('forbidden-character', at, `U+${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`),
  ];
}
