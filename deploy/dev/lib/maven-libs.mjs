import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolsDir } from './paths.mjs';
import { run } from './run.mjs';
import { trouble } from './trouble.mjs';

/** Java 17 or newer, or a sentence that says how to get it. Returns the command. */
export async function requireJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const { code, output } = await run(java, ['-version']);
  const major = Number(/version "(\d+)/.exec(output)?.[1]);
  if (code === 127)
    throw trouble(
      'Java is missing: install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless), then start again.',
    );
  if (!(major >= 17))
    throw trouble(
      `Java is too old (${output.split('\n')[0]}): Kafka needs 17 or newer; set JAVA_HOME to one, then start again.`,
    );
  return java;
}

/**
 * The jars of a checked-in `pom.xml`, fetched once into the tools folder and compared with the checked-in
 * `libs.sha256`: a jar that is altered, missing or extra stops the start. Returns the folder.
 */
export async function mavenLibs(folder, note = () => {}) {
  const pom = join(folder, 'pom.xml');
  const wanted = readFileSync(join(folder, 'libs.sha256'), 'utf8');
  const id = createHash('sha256').update(readFileSync(pom)).update(wanted).digest('hex').slice(0, 12);
  const libs = join(toolsDir(), `${basename(folder)}-${id}`);
  if (!existsSync(libs)) {
    note('fetching about 40 MB from Maven Central');
    const fetched = await fetchLibs(pom);
    const found = hashes(fetched);
    if (found !== wanted) {
      rmSync(fetched, { recursive: true });
      throw trouble(
        `What Maven fetched for ${basename(folder)} is not what deploy/dev/${basename(folder)}/libs.sha256 lists (${difference(wanted, found)}): check the mirror in your Maven settings.`,
      );
    }
    if (existsSync(libs)) rmSync(fetched, { recursive: true });
    else renameSync(fetched, libs);
  } else if (hashes(libs) !== wanted) {
    throw trouble(`The jars in ${libs} were altered: delete that folder and start again, it will be fetched anew.`);
  }
  return libs;
}

async function fetchLibs(pom) {
  mkdirSync(toolsDir(), { recursive: true });
  const target = mkdtempSync(join(toolsDir(), 'fetch-'));
  const { code, output } = await run('mvn', [
    '-q',
    '-B',
    '-f',
    pom,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${target}`,
  ]);
  if (code === 0) return target;
  rmSync(target, { recursive: true });
  if (code === 127) throw trouble('Maven is missing: install it (Debian: apt-get install maven), then start again.');
  process.stderr.write(
    output
      .split('\n')
      .filter((line) => line.includes('ERROR'))
      .slice(0, 5)
      .join('\n'),
  );
  throw trouble(
    'Maven could not fetch the jars from Maven Central: check the network or the mirror in ~/.m2/settings.xml, then start again.',
  );
}

function hashes(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}\n`,
    )
    .join('');
}

function difference(wanted, found) {
  const known = new Set(wanted.split('\n'));
  const odd = found
    .split('\n')
    .filter((line) => !known.has(line))
    .map((line) => line.slice(66));
  return odd.length ? odd.slice(0, 3).join(', ') : 'a jar is missing';
}

// Run by hand after a change of a pom: writes the list of hashes for review.
if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2]);
  const fetched = await fetchLibs(join(folder, 'pom.xml'));
  writeFileSync(join(folder, 'libs.sha256'), hashes(fetched));
  rmSync(fetched, { recursive: true });
}
