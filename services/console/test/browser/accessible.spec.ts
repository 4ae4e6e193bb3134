import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logIn, openBrowser, openDesk } from '@arrears/testing/browser';
import type { Browser, Page } from 'playwright-core';
import { readWebFiles } from '../../bff/page/web-files.js';
import { openConsole, type ConsoleBench } from '../console-bench.js';
import { fakeServices, uuid } from '../fake-services.js';

const built = fileURLToPath(new URL('../../dist/web', import.meta.url));
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let bench: ConsoleBench;
let browser: Browser;
beforeAll(async () => {
  bench = await openConsole({ gateway: fakeServices(500), web: readWebFiles(built) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

/** Each fault with what it is about: an empty list is the proof. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

const screens: [name: string, path: string, ready: string | RegExp][] = [
  ['the list of cases', '/cases', /张\*\*/],
  ['an empty list', '/cases?stage=legal', /没有符合条件的案件|No case matches/],
  ['a case', `/cases/${uuid(3, 1)}`, /第二十七条|art\. 27/],
  ['no such case', '/cases/01900001-0000-7000-8000-999999999999', /没有此内容|There is no such thing/],
  ['what is up', '/system', /postgres/],
];

describe.each([
  ['zh', 'light', 'supervisor'],
  ['en', 'dark', 'manager'],
] as const)('in %s, %s', (language, theme, username) => {
  it('every screen keeps WCAG 2.2 AA, as far as a program can tell', async () => {
    const { page, context } = await openDesk(browser, bench.url, { dark: theme === 'dark' });
    await logIn(page, bench.url, username, bench.password);
    await page.evaluate(
      `fetch('/api/me/preferences', { method: 'PUT', headers: { 'content-type': 'application/json', 'x-arrears-console': '1' },
         body: ${JSON.stringify(JSON.stringify({ language, theme, keys: true }))} })`,
    );
    for (const [name, path, ready] of screens) {
      await page.goto(`${bench.url}${path}`);
      await page.getByText(ready).first().waitFor();
      expect([name, await faults(page)]).toEqual([name, []]);
    }
    await context.close();
  });
});
