import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `DIR/runtime.json` tells scripts where everything is, so that nobody guesses a port. It holds passwords of this
 * machine's toy bank: only this user may read it. Readers see a whole file or none.
 */
export function writeRuntime(dir, content) {
  const path = join(dir, 'runtime.json');
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}

export function removeRuntime(dir) {
  rmSync(join(dir, 'runtime.json'), { force: true });
}
