import { transformSync } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const harness = new URL('./harness.mjs', import.meta.url).href;

/**
 * Lets `import` read TypeScript as Jest does, and read a folder's files anew whenever they are asked for under another
 * `?run=`; whatever lies outside the folder is read once.
 */
export function readAnew(folder, swc) {
  const inside = pathToFileURL(`${folder}/`).href;
  const outputs = new Map();
  const isOurs = (url) => url.startsWith(inside) && !url.includes('/node_modules/');

  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: harness, format: 'module', shortCircuit: true };
      const source = sourceOf(specifier, context.parentURL);
      const found = source ? { url: source, format: 'module', shortCircuit: true } : next(specifier, context);
      if (!isOurs(found.url) || found.url.includes('?')) return found;
      return { ...found, url: found.url + new URL(context.parentURL ?? inside).search };
    },
    load(url, context, next) {
      if (!/\.ts(\?|$)/.test(url)) return next(url, context);
      const file = fileURLToPath(url);
      if (!outputs.has(file)) outputs.set(file, compiled(file, swc));
      return { format: 'module', source: outputs.get(file), shortCircuit: true };
    },
  });
}

/** The TypeScript that an import of its output means. */
function sourceOf(specifier, parent) {
  if (!/^\.{1,2}\/.*\.js$/.test(specifier) || !parent) return null;
  const source = new URL(specifier.replace(/\.js$/, '.ts'), parent);
  return existsSync(source) ? source.href : null;
}

function compiled(file, swc) {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    ...{ ...swc, sourceMaps: false, filename: file, swcrc: false },
  });
  return code;
}
