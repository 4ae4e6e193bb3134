import { finding, type Finding } from './findings.js';
import { namesIn, parseText } from './placeholders.js';
import { fits, languages, placesOf, type Language, type Template } from './shape.js';
import { catalogue } from './variables.js';

/** What the declared variables and the placeholders of both languages have to do with each other. */
export function checkVariables(template: Template): Finding[] {
  const declared = Object.keys(template.variables).flatMap((name) => checkDeclaration(template, name));
  return [...declared, ...languages.flatMap((language) => checkUses(template, language))];
}

function checkDeclaration(template: Template, name: string): Finding[] {
  const variable = template.variables[name];
  const place = `variables.${name}`;
  const supplied = catalogue[name];
  if (variable === undefined) return [];
  if (supplied === undefined) return [finding('not-supplied', { place }, name)];
  const findings: Finding[] = [];
  if (supplied.type !== variable.type) findings.push(finding('variable-type', { place }, name, supplied.type));
  const columns = Object.entries(variable.columns ?? {});
  for (const [column, { type }] of columns)
    if (supplied.columns?.[column] !== type)
      findings.push(
        finding(
          'variable-type',
          { place: `${place}.columns.${column}` },
          column,
          supplied.columns?.[column] ?? 'of a column that there is',
        ),
      );
  if ((variable.type === 'rows') !== columns.length > 0)
    findings.push(
      finding(
        'variable-type',
        { place: `${place}.columns` },
        name,
        variable.type === 'rows' ? 'rows with columns' : 'it has, without columns',
      ),
    );
  if (supplied.maybe && variable.optional !== true) findings.push(finding('maybe-missing', { place }, name));
  if (!fits(variable, variable.sample))
    findings.push(finding('sample-type', { place: `${place}.sample` }, name, variable.type));
  if (template.audience === 'third-party' && supplied.debt)
    findings.push(finding('third-party-disclosure', { place }, `{${name}}`));
  return findings;
}

function checkUses(template: Template, language: Language): Finding[] {
  const findings: Finding[] = [];
  const used = new Set<string>();
  const places = placesOf(template, language);
  for (const { place, text } of places) {
    const at = { language, place };
    const parsed = parseText(text);
    if (!parsed.ok) {
      findings.push(finding('bad-placeholder', at, parsed.at + 1));
      continue;
    }
    const { all, always } = namesIn(parsed.parts);
    for (const name of all) {
      used.add(name);
      const variable = template.variables[name];
      if (variable === undefined) findings.push(finding('unknown-variable', at, name));
      else if (variable.type === 'rows' && !(text.trim() === `{${name}}` && place.includes('.paragraphs.')))
        findings.push(finding('rows-alone', at, name));
      else if (variable.optional === true && variable.type !== 'rows' && always.has(name))
        findings.push(finding('not-guarded', at, name));
    }
  }
  for (const name of Object.keys(template.variables))
    if (!used.has(name)) findings.push(finding('unused-variable', { language, place: `texts.${language}` }, name));
  return findings;
}
