import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logIn, openBrowser, openDesk } from '../support/browser.js';
import type { Browser } from 'playwright-core';
import { openWorld, type World } from './support/world.js';

const pictures = process.env['PICTURES'];

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openWorld('console'), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

describe('the console on a bank at work', () => {
  it('shows a loan that fell overdue as a case, with its debtor masked, and says why nothing is sent at night', async () => {
    const [debtor, loanId] = [world.debtor(), world.loanId()];
    await world.bank.send(world.overdue(debtor, { loanId }));
    const known = await world.theCase(loanId, 'to be taken in', ({ accounts }) => accounts.length === 1);
    await world.jump(world.at(0, '23:00'), known.caseId);
    const desk = await openDesk(browser, world.arrears.urls.console);
    const { page, complaints } = desk;
    const { password = '' } = world.arrears.site.secrets;
    await logIn(page, `${world.arrears.urls.console}/cases?client=${world.agreementId}`, 'supervisor', password);

    const grid = page.getByRole('grid', { name: '案件' });
    await grid.getByRole('gridcell', { name: '合**' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /合\*\*/ }).waitFor();
    const people = page.getByRole('region', { name: '人' });
    await people.getByText(`${debtor.phone.slice(0, -8)}****${debtor.phone.slice(-4)}`).waitFor();
    const next = page.getByRole('region', { name: '接下来' });
    await next
      .getByText(/CN-CBA-TIME|22:00|夜间/)
      .first()
      .waitFor();
    await page.getByRole('region', { name: '时间线' }).getByText('开案').waitFor();
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: `${pictures}/e2e-case.png` });
    }
    const shown = await page.content();
    for (const secret of [debtor.name, debtor.phone, debtor.idNumber]) expect(shown).not.toContain(secret);
    expect(complaints).toEqual([]);
    await desk.context.close();
  });
});
