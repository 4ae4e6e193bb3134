/**
 * Writes what others read of our contracts: `npm run schemas` in this package. With `--release` the schemas are also
 * copied to `released/`, against which later changes are judged: only when a version is published.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));

async function write(file: string, text: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}

/** Files of types that are gone must go too, or the directory tells of events that nobody sends. */
async function removeStale(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(path.join(root, folder)).catch(() => []))
    if (name.endsWith('.schema.json') && !wanted.has(name)) await rm(path.join(root, folder, name));
}

const files = generatedFiles();
const schemas = [...files].filter(([file]) => file.startsWith('schemas/'));
await removeStale('schemas', new Set(schemas.map(([file]) => path.basename(file))));
for (const [file, text] of files) await write(file, text);
if (process.argv.includes('--release'))
  for (const [file, text] of schemas) await write(`released/${path.basename(file)}`, text);
