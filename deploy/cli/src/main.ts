import { Command } from 'commander';
import { openSite, Refused } from './api.js';
import { listCases, showCase, type CaseFilter } from './cases.js';
import { doctor } from './doctor.js';
import { importFile } from './import.js';
import { exportBundle, verifyCase, verifyFile } from './journal.js';
import { listParked, replayParked } from './parked.js';
import { addPolicyCommands } from './policy-commands.js';
import { addRulesCommands } from './rules-commands.js';

/** The operator's command line. It does nothing that the HTTP API does not allow its identity. */
const program = new Command('arrears')
  .description('Operate Arrears over its HTTP API')
  .option('--runtime <file>', 'runtime.json of the stack', '.arrears/runtime.json')
  .option('--as <login>', 'act as this person of the local stack');
const site = () => {
  const { runtime, as } = program.opts<{ runtime: string; as?: string }>();
  return openSite(runtime, process.env, as);
};
const print = (text: string): void => void process.stdout.write(`${text}\n`);

program
  .command('import <file>')
  .description('send a CSV or Excel file to the file door and show its report')
  .action(async (file: string) => {
    const { text, whole } = await importFile(site(), file, (line) => process.stderr.write(`${line}\n`));
    print(text);
    process.exitCode = whole ? 0 : 1;
  });

program
  .command('cases')
  .description('list cases')
  .option('--loan <loanId>')
  .option('--customer <customerNo>')
  .option('--stage <stage>')
  .option('--bucket <bucket>')
  .option('--status <status>', 'open or closed')
  .option('--limit <n>', 'rows a page', '20')
  .option('--cursor <cursor>')
  .action(async (filter: CaseFilter) => print(await listCases(site(), filter)));

program
  .command('case <id>')
  .description('show a case: accounts, what comes next and why not now, history')
  .option('--lang <zh|en>', 'language of the reasons', 'en')
  .action(async (id: string, { lang }: { lang: string }) =>
    print(await showCase(site(), id, lang === 'zh' ? 'zh' : 'en')),
  );

const events = program.command('events').description('events that could not be handled');
events
  .command('parked')
  .description('list them, of all services')
  .option('--service <name>', 'of this service only')
  .option('--cursor <cursor>', 'go on with its list')
  .action(async (of: { service?: string; cursor?: string }) => {
    const { text, complete } = await listParked(site(), of);
    print(text);
    process.exitCode = complete ? 0 : 1;
  });
events
  .command('replay <id>')
  .description('handle one again, such as cases/12')
  .requiredOption('--reason <text>', 'why it will go through now; kept in the audit')
  .action(async (id: string, { reason }: { reason: string }) => print(await replayParked(site(), id, reason)));

const journal = program.command('journal').description('the hash chains of a case');
journal
  .command('verify [bundle]')
  .description('verify a bundle file with no access to anything, or with --case the journal of a case')
  .option('--case <id>')
  .option('--head <service=hash...>', 'ends of chains that were kept elsewhere')
  .action(async (bundle: string | undefined, options: { case?: string; head?: string[] }) => {
    if (!bundle && !options.case) throw new Refused('Name a bundle file, or a case with --case ID.');
    print(bundle ? verifyFile(bundle, options.head ?? []) : await verifyCase(site(), options.case ?? ''));
  });
journal
  .command('export')
  .description('everything the services have told of a case, as one file')
  .requiredOption('--case <id>')
  .requiredOption('--out <file>')
  .action(async (options: { case: string; out: string }) =>
    print(await exportBundle(site(), options.case, options.out)),
  );

addPolicyCommands(program, site, print);
addRulesCommands(program, site, print);

program
  .command('doctor')
  .description('what is up, what is missing')
  .action(async () => {
    const { text, healthy } = await doctor(program.opts<{ runtime: string }>().runtime, process.env);
    print(text);
    process.exitCode = healthy ? 0 : 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
