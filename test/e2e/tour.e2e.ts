import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { drivePage, seriousFindings, type DrivenPage } from '../support/drivenPage.ts';
import { servePretext, type ServedPretext } from '../support/servedPretext.ts';

/** Three small runs, one after the other, and their audit; a slow machine takes a few times as long as two free cores. */
const WHOLE = { timeout: 420_000 };

let served: ServedPretext;
let browser: Browser;

beforeAll(async () => {
  served = await servePretext();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

async function openHome(): Promise<DrivenPage> {
  const driven = await drivePage(browser);
  await driven.page.goto(served.url);
  await driven.page.getByRole('heading', { name: 'Run the built-in experiment' }).waitFor();
  return driven;
}

describe('the tour, by one click', () => {
  it('begins, and shows its runs as they train', async () => {
    const { page, complaints } = await openHome();
    await page.getByRole('button', { name: 'Start the tour' }).click();
    await page.getByRole('list', { name: 'Steps of the tour' }).getByRole('link', { name: 'Tour: SimCLR, colours changed' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('goes on without its window, and a later one sees what adding colour changes does to the answer', async () => {
    const { page, complaints } = await openHome();
    await page.getByRole('button', { name: 'Stop the tour' }).waitFor();
    const moved = page.getByRole('row', { name: /^Adding colour changes moves it by −/ });
    await moved.waitFor(WHOLE);
    // The whole interval lies below 0: with colour changes, the encoder leans on colour less.
    expect(await moved.textContent()).toMatch(/−\.\d+ to −\.\d+/);
    expect(await page.getByRole('row', { name: /^SimCLR, views keep colours/ }).textContent()).toMatch(/\+(\.\d+|1\.000)/);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Open the audit' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tour: does colour decide?' }).waitFor();
    await page.getByRole('rowheader', { name: 'conflicting', exact: true }).waitFor();
    expect(complaints).toEqual([]);
  }, WHOLE.timeout + 60_000);
});
