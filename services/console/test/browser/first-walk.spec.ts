import { fileURLToPath } from 'node:url';
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { logIn, openBrowser, openDesk, type Desk } from '@arrears/testing/browser';
import { readWebFiles } from '../../bff/page/web-files.js';
import { openConsole, type ConsoleBench } from '../console-bench.js';
import { fakeServices, type FakeServices } from '../fake-services.js';

const built = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** Where pictures of what was seen go, for whoever wants to look. */
const pictures = process.env['PICTURES'];

let services: FakeServices;
let bench: ConsoleBench;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  services = fakeServices();
  bench = await openConsole({ gateway: services, web: readWebFiles(built) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});
afterEach(async () => {
  // How it ended: of a test that failed, what stood there.
  await picture(`end-${expect.getState().currentTestName?.split(' ').slice(-6).join('-') ?? 'unknown'}`);
  await desk.context.close();
});

const sit = async (username: string, path = '/', dark = false): Promise<Desk> => {
  desk = await openDesk(browser, bench.url, { dark });
  await logIn(desk.page, `${bench.url}${path}`, username, bench.password);
  return desk;
};
const picture = async (name: string): Promise<void> => {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await desk.page.screenshot({ path: `${pictures}/${name}.png` });
};

describe('a first walk through the console', () => {
  it('goes from the login to a case and reads why not now, by keyboard', async () => {
    const { page, complaints } = await sit('supervisor');
    const grid = page.getByRole('grid', { name: '案件' });
    await grid.getByRole('row').nth(1).getByRole('gridcell', { name: '张**' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/cases');
    expect(await grid.getAttribute('aria-rowcount')).toBe('100001');
    await picture('cases');

    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.getByText('第 3 / 100,000 行').waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe('2');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { level: 1, name: /张\*\*/ }).waitFor();
    const next = page.getByRole('region', { name: '接下来' });
    await next.getByText(/未满 10 天无接通（CN-CBA-VISIT-LAST）/).waitFor();
    await next.getByText(/第二十七条/).waitFor();
    await page.getByRole('region', { name: '欠款' }).getByText('12,480.00').first().waitFor();
    await page.getByRole('region', { name: '人' }).getByText('+86138****5678').waitFor();
    await page.getByRole('region', { name: '时间线' }).getByText('已送达').waitFor();
    await picture('case');

    await page.keyboard.press(']');
    await page.getByText('4/100,000').waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText('第 3 / 100,000 行').waitFor();
    expect(complaints).toEqual([]);
  });

  it('keeps few rows alive, at the first and at the last of a hundred thousand', async () => {
    const { page } = await sit('supervisor');
    const nodes = () => page.evaluate<number>('document.querySelectorAll("*").length');
    await page.getByRole('gridcell', { name: '张**' }).first().waitFor();
    expect(await nodes()).toBeLessThan(1_500);
    await page.keyboard.press('End');
    await page.getByText('第 100,000 / 100,000 行').waitFor();
    await page.locator('[data-index="99999"]').getByText('张**').waitFor();
    expect(await nodes()).toBeLessThan(1_500);
    expect(await page.evaluate('document.activeElement.dataset.index')).toBe('99999');
  });

  it('has its filters in the address, and the way back has them too', async () => {
    const { page } = await sit('supervisor', '/cases?stage=letter&sort=openedAt');
    await page.getByRole('gridcell', { name: '张**' }).first().waitFor();
    const asked = services.asked.filter(({ path }) => path === '/lists').at(-1);
    expect(JSON.parse(Buffer.from(asked?.body ?? []).toString())).toEqual({
      ...{ screen: 'cases', filters: { stage: 'letter', status: 'open' }, sort: 'openedAt' },
    });
    await page.getByRole('row').nth(2).dblclick();
    await page.getByRole('region', { name: '接下来' }).waitFor();
    await page.goBack();
    await page.getByRole('gridcell', { name: '张**' }).first().waitFor();
    expect(new URL(page.url()).search).toBe('?stage=letter&sort=openedAt&at=1');
  });

  it('says which is empty, what of the address it can not read, and that there is no such case', async () => {
    const { page } = await sit('supervisor', '/cases?stage=legal&sort=sideways');
    await page.getByText('没有符合条件的案件').waitFor();
    await page.getByText('网址中的 sort 无法识别，已改用默认值').waitFor();
    await page.getByRole('button', { name: '清除筛选' }).click();
    await page.getByRole('gridcell', { name: '张**' }).first().waitFor();
    await page.goto(`${bench.url}/cases/01900001-0000-7000-8000-999999999999`);
    await page.getByText('没有此内容，或不在您的范围内').first().waitFor();
  });

  it('shows operations what is up, and no case', async () => {
    const { page } = await sit('sre');
    await page.getByRole('heading', { level: 1, name: '系统' }).waitFor();
    await page.getByText('全部正常').waitFor();
    expect(await page.getByRole('navigation', { name: '主导航' }).getByRole('link').allTextContents()).toEqual([
      '系统',
    ]);
    await picture('system');
  });

  it('tells its keys, changes language and theme at once, and keeps them', async () => {
    const { page, complaints } = await sit('quality', '/cases', true);
    await page.getByRole('gridcell', { name: '张**' }).first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '快捷键' }).getByText('取最新列表').waitFor();
    await picture('keys-dark');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /账户菜单/ }).click();
    await page.getByText('English').click();
    await page.getByRole('grid', { name: 'Cases' }).waitFor();
    await page.reload();
    await page.getByRole('grid', { name: 'Cases' }).getByText('Special mention').first().waitFor();
    await picture('cases-english-dark');
    expect(await page.evaluate('document.documentElement.lang')).toBe('en-GB');
    expect(complaints).toEqual([]);
  });

  it('asks for a login in a small window when the session ends, and goes on where it was', async () => {
    const { page, context, complaints } = await sit('supervisor', '/cases?at=5');
    await page.getByText('第 6 / 100,000 行').waitFor();
    await bench.db.execute('DELETE FROM sessions');
    await page.keyboard.press('Shift+R');
    const dialog = page.getByRole('dialog', { name: '会话已结束' });
    await dialog.waitFor();
    await picture('session-ended');
    const opening = context.waitForEvent('page');
    await dialog.getByRole('button', { name: '重新登录' }).click();
    // The provider still knows him: the window comes, and goes.
    await opening;
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('gridcell', { name: '张**' }).first().waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe('5');
    // What was refused is what ended; the policy forbade nothing.
    expect(complaints.filter((one) => !one.includes('401'))).toEqual([]);
  });

  it('logs out here and at the provider', async () => {
    const { page } = await sit('supervisor');
    await page.getByRole('button', { name: /账户菜单/ }).click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByLabel(/密码/).waitFor();
  });
});
