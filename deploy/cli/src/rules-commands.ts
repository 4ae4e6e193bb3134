import type { Command } from 'commander';
import type { Site } from './api.js';
import { checkRules, shadowRules, type ShadowOptions } from './rules.js';

/** `arrears rules …`: packs of rules as the gate would load them, and what they would have denied. */
export function addRulesCommands(program: Command, site: () => Site, print: (text: string) => void): void {
  const rules = program.command('rules').description('rule packs: check them, and try one on past contacts');
  rules
    .command('check [places...]')
    .description(
      'load packs as the gate would and run their examples; files or folders, by default the packs that ship',
    )
    .option('--lang <zh|en>', 'language of the rules', 'en')
    .action((places: string[], { lang }: { lang: string }) => print(checkRules(places, lang === 'zh' ? 'zh' : 'en')));
  rules
    .command('shadow <file>')
    .description('what a pack would have denied of past contacts; nothing is changed')
    .option('--from <date>', 'date or instant; by default 30 days before the end')
    .option('--to <date>', 'date or instant, not included; by default now')
    .option('--lang <zh|en>', 'language of the report', 'en')
    .action(async (file: string, options: ShadowOptions) => print(await shadowRules(site(), file, options)));
}
