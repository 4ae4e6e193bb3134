import { Command } from 'commander';
import { openSite, Refused } from './api.js';
import { listCases, showCase, type CaseFilter } from './cases.js';
import { doctor } from './doctor.js';
import { importFile } from './import.js';
import { verifyBundle, verifyCase } from './journal.js';
import { listParked, replayParked } from './parked.js';
import { checkPolicy } from './policy.js';

/** The operator's command line. It does nothing that the HTTP API does not allow its identity. */
const program = new Command('arrears')
  .description('Operate Arrears over its HTTP API')
  .option('--runtime <file>', 'runtime.json of the stack', '.arrears/runtime.json');
const site = () => openSite(program.opts<{ runtime: string }>().runtime, process.env);
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
  .action(async (id: string) => print(await showCase(site(), id)));

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

program
  .command('journal')
  .command('verify [bundle]')
  .description('verify a bundle file, or with --case the journal of a case')
  .option('--case <id>')
  .action(async (bundle: string | undefined, options: { case?: string }) => {
    if (!bundle && !options.case) throw new Refused('Name a bundle file, or a case with --case ID.');
    print(bundle ? verifyBundle(bundle) : await verifyCase(site(), options.case ?? ''));
  });

program
  .command('policy')
  .command('check <file>')
  .description('load a policy as the service would and run its examples')
  .action((file: string) => print(checkPolicy(file)));

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
