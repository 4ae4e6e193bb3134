import { join } from 'node:path';
import { root } from './paths.mjs';
import { say } from './progress.mjs';

/** What a person who just typed `npm start` wants to know, in that order. */
export function welcome({ content, dir, options, took }) {
  const { urls, users, tokenUrl } = content;
  const password = users[0]?.password;
  say();
  say(`Arrears is ready (${took}). Data: ${dir}`);
  say();
  const titles = {
    temporalUi: 'Temporal UI',
    cases: 'cases',
    contacts: 'contacts',
    notifications: 'notifications',
    idp: 'identity',
    carriers: 'carriers',
  };
  for (const [name, title] of Object.entries(titles)) if (urls[name]) say(`  ${title.padEnd(14)} ${urls[name]}`);
  say();
  say(`  Who can log in: ${users.map(({ username }) => username).join(', ')}`);
  say(`  Password of each: ${password}   token: POST ${tokenUrl}`);
  say();
  say('  Look first at');
  if (urls.temporalUi)
    say(`    ${urls.temporalUi}/namespaces/${content.temporal.namespace}/workflows   one workflow a case, by stage`);
  say(`    ${command(dir, 'cases')}   the cases, in a second terminal`);
  say(`    ${urls.carriers}/messages   what people received: SMS, e-mail, letters, voice messages`);
  if (!options.demo) say(`    ${command(dir, 'import FILE')}   bring accounts of your own`);
  say();
  say('  Ctrl-C stops everything in order.');
  say();
}

/** The command line looks into the default data folder; another one has to be named. */
function command(dir, what) {
  const runtime = dir === join(root, '.arrears') ? '' : `--runtime ${join(dir, 'runtime.json')} `;
  return `npm run arrears -- ${runtime}${what}`;
}
