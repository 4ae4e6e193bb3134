import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Named by the test run; on a developer's machine, Debian's. */
const program = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export async function openBrowser(): Promise<Browser> {
  if (!existsSync(program)) throw new Error(`no browser at ${program}: run these tests through npm run test:web`);
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export interface Desk {
  context: BrowserContext;
  page: Page;
  /** What the page complained of: scripts that failed, and what its policy forbade. */
  complaints: string[];
}

/** A desk of the size that most banks have. */
export async function openDesk(browser: Browser, url: string, options: { dark?: boolean } = {}): Promise<Desk> {
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
    // Nothing is half there when it is looked at.
    reducedMotion: 'reduce',
    colorScheme: options.dark === true ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The provider's pages are not ours.
    const { url: from } = message.location();
    if (message.type() === 'error' && from.startsWith(url)) complaints.push(`${message.text()} ${from}`);
  });
  return { context, page, complaints };
}

/** Through the provider's form, as a person does it. */
export async function logIn(page: Page, url: string, username: string, password: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel(/用户名/).fill(username);
  await page.getByLabel(/密码/).fill(password);
  await page.getByRole('button', { name: /登录/ }).click();
  await page.getByRole('navigation', { name: '主导航' }).waitFor();
}
