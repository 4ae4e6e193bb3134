import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in which the scenario files of this run find their one installation; nothing is started before one asks. */
export default function beforeAllFiles() {
  if (process.env.ARREARS_SHARED) return;
  const folder = mkdtempSync(join(tmpdir(), 'arrears-e2e-'));
  writeFileSync(join(folder, 'owner.pid'), String(process.pid));
  process.env.ARREARS_SHARED = folder;
  process.env.ARREARS_SHARED_IS_OURS = 'yes';
}
