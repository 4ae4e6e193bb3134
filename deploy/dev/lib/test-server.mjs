import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mavenLibs, requireJava } from './maven-libs.mjs';
import { root } from './paths.mjs';

/**
 * The time-skipping Temporal server as an executable: the SDK's test environment starts it itself, given the path
 * of a program that takes the port as its argument. Returns that path.
 */
export async function testServer(dir, note) {
  const java = await requireJava();
  const libs = await mavenLibs(join(root, 'deploy/dev/test-server'), note);
  const file = join(dir, 'temporal-test-server');
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    file,
    `#!/bin/sh\nexec ${quote(java)} -Xmx512m -XX:TieredStopAtLevel=1 -cp ${quote(`${libs}/*`)} io.temporal.testserver.TestServer "$1"\n`,
    { mode: 0o755 },
  );
  return file;
}

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
