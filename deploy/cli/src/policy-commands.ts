import type { Command } from 'commander';
import type { Site } from './api.js';
import {
  approvePolicy,
  checkPolicy,
  decideMove,
  diffPolicy,
  dryRunPolicy,
  movePolicy,
  publishPolicy,
  showMoves,
  type MoveOptions,
} from './policy.js';

/** `arrears policy …`: from a file to live cases that are treated under it, and back. */
export function addPolicyCommands(program: Command, site: () => Site, print: (text: string) => void): void {
  const policy = program.command('policy').description('policies: check, publish, approve, and move live cases');
  policy
    .command('check <file>')
    .description('load a policy as the service would and run its examples')
    .action((file: string) => print(checkPolicy(file)));
  policy
    .command('publish <file>')
    .description('send a version in; a second person approves it')
    .action(async (file: string) => print(await publishPolicy(site(), file)));
  policy
    .command('approve <id> <version>')
    .description('approve a version that somebody else has published')
    .action(async (id: string, version: string) => print(await approvePolicy(site(), id, version)));
  policy
    .command('diff <file>')
    .description('what a file changes against the version in use')
    .option('--from <version>')
    .action(async (file: string, { from }: { from?: string }) => print(await diffPolicy(site(), file, from)));
  policy
    .command('dry-run <file>')
    .description('what would happen to the live cases under it; nothing is changed')
    .option('--from <version>')
    .action(async (file: string, { from }: { from?: string }) => print(await dryRunPolicy(site(), file, from)));
  policy
    .command('move <id> <version>')
    .description('move live cases to a version')
    .requiredOption('--from <version>')
    .requiredOption('--reason <text>')
    .option('--rate <n>', 'cases a second')
    .option('--agreement <id>')
    .option('--at-most <n>', 'to go in stages')
    .option('--dry-run', 'only say what would happen')
    .action(async (id: string, version: string, options: MoveOptions) =>
      print(await movePolicy(site(), id, version, options)),
    );
  policy
    .command('moves [move]')
    .description('moves of live cases, or one with its progress')
    .action(async (move: string | undefined) => print(await showMoves(site(), move)));
  policy
    .command('approve-move <move>')
    .action(async (move: string) => print(await decideMove(site(), move, 'approve')));
  policy.command('cancel-move <move>').action(async (move: string) => print(await decideMove(site(), move, 'cancel')));
  policy
    .command('undo-move <move>')
    .requiredOption('--reason <text>')
    .action(async (move: string, { reason }: { reason: string }) =>
      print(await decideMove(site(), move, 'undo', reason)),
    );
}
