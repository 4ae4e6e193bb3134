import { expect } from 'expect';
import fc from 'fast-check';
import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';

/**
 * As much of `@jest/globals` as the pure tests use, so that they can run again and again within one process. What is
 * expected is compared by Jest's own `expect`.
 */
export { expect };
const mocker = new ModuleMocker(globalThis);
export const jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker), setTimeout: () => jest };

// A mutant is noticed by the first counterexample: nobody reads the smallest one.
fc.configureGlobal({ endOnFailure: true });

const suiteOf = (name, parent) => ({
  ...{ name, parent, parts: [] },
  ...{ beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
});
let open = suiteOf('');
let names = new Map();

/** What follows is collected anew, under names that begin so. */
export function begin(name) {
  open = suiteOf(name);
  names = new Map();
  return open;
}

export function describe(name, body) {
  const suite = suiteOf(`${open.name}${name} › `, open);
  open.parts.push(suite);
  open = suite;
  body();
  open = suite.parent;
}
export function it(name, body) {
  const title = `${open.name}${name}`;
  const times = (names.get(title) ?? 0) + 1;
  names.set(title, times);
  open.parts.push({ id: times === 1 ? title : `${title} (${times})`, body });
}
describe.each = bind(describe, false);
it.each = bind(it, false);
export const test = it;
export const beforeAll = (body) => void open.beforeAll.push(body);
export const beforeEach = (body) => void open.beforeEach.push(body);
export const afterEach = (body) => void open.afterEach.push(body);
export const afterAll = (body) => void open.afterAll.push(body);

const limitMs = 20_000;

/** Of a promise that never settles nobody hears again. */
async function inTime(body) {
  const work = body();
  if (typeof work?.then !== 'function') return;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Runs the tests that `wanted` names, in order, and yields `{id, error, ms}` of each. Who stops listening stops them.
 * @param around is told the id before a test, and null behind it
 */
export async function* run(suite, wanted, around = () => {}, outer = { before: [], after: [] }) {
  if (!holds(suite, wanted)) return;
  const before = [...outer.before, ...suite.beforeEach];
  const after = [...suite.afterEach, ...outer.after];
  for (const hook of suite.beforeAll) await inTime(hook);
  for (const part of suite.parts) {
    if (part.parts) yield* run(part, wanted, around, { before, after });
    else if (wanted(part.id)) yield await runOne(part, { before, after }, around);
  }
  for (const hook of suite.afterAll) await inTime(hook);
}

async function runOne({ id, body }, { before, after }, around) {
  const start = performance.now();
  const result = (error) => ({ id, error, ms: performance.now() - start });
  around(id);
  try {
    for (const hook of before) await inTime(hook);
    await inTime(body);
    for (const hook of after) await inTime(hook);
    return result(null);
  } catch (error) {
    return result(error);
  } finally {
    around(null);
  }
}

function holds(suite, wanted) {
  return suite.parts.some((part) => (part.parts ? holds(part, wanted) : wanted(part.id)));
}
