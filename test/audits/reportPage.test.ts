import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportReport } from '../../main/audits/reportFormats.ts';
import { temporaryFolder } from '../store/support/workspace.ts';
import { launchBrowser } from '../support/browser.ts';
import { reportInput, SIX } from './reports.ts';

const folder = temporaryFolder('report');
const address = pathToFileURL(join(folder.path, 'report.html')).href;
/** The same kinds of things in fewer tables: axe looks at every cell. */
const small = pathToFileURL(join(folder.path, 'small.html')).href;
let browser: Browser;

async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
}

beforeAll(async () => {
  // Few rows: some groups lack support, so that the page shows those words too.
  writeFileSync(join(folder.path, 'report.html'), (await exportReport('html', reportInput(240))).data);
  const few = { features: ['colour'], metrics: ['accuracy', 'precision'] };
  writeFileSync(
    join(folder.path, 'small.html'),
    (await exportReport('html', reportInput(150, undefined, few))).data,
  );
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  folder.remove();
});

test.each(['light', 'dark'] as const)(
  'axe finds nothing in the %s page, all of it open',
  async (colorScheme) => {
    const context = await browser.newContext({ colorScheme, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(small);
    await openAll(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await context.close();
  },
);

test('over six runs the page begins with the answer, is short, and paper shows all that is closed', async () => {
  const six = join(folder.path, 'six.html');
  writeFileSync(six, (await exportReport('html', reportInput(1500, SIX))).data);
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(pathToFileURL(six).href);
  const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
  expect(await height()).toBeLessThan(3000);
  const answer = await page.locator('.answer').boundingBox();
  expect((answer?.y ?? 900) + (answer?.height ?? 900)).toBeLessThan(400);
  const hidden = (): Promise<number> =>
    page.evaluate(() => [...document.querySelectorAll('td')].filter((cell) => !cell.checkVisibility({ contentVisibilityAuto: true })).length);
  expect(await hidden()).toBeGreaterThan(500);
  await page.emulateMedia({ media: 'print' });
  expect(await hidden()).toBe(0);
  expect(await height()).toBeGreaterThan(10_000);
  await page.close();
}); // prettier-ignore

test('a link leads to the limitations, and every heading opens by the keyboard', async () => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(address);
  await page.locator('summary', { hasText: 'Identity' }).focus();
  expect(await page.getByText('SHA-256 of dataset').isVisible()).toBe(false);
  await page.keyboard.press('Enter');
  expect(await page.getByText('SHA-256 of dataset').isVisible()).toBe(true);
  await page.locator('summary', { hasText: 'Limitations' }).click();
  expect(await page.locator('#limits').isVisible()).toBe(false);
  await page.getByRole('link', { name: 'limitations and insufficient evidence' }).click();
  expect(await page.locator('#limits').isVisible()).toBe(true);
  await page.close();
});

test.each(['closed', 'open'])(
  'the page asks for nothing, complains of nothing, and its text can be read: %s',
  async (state) => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(address);
    expect(asked).toEqual([address]);
    expect(complaints).toEqual([]);
    if (state === 'open') await openAll(page);
    expect(await page.innerText('h1')).toBe('A test');
    expect(await page.locator('svg').count()).toBeGreaterThan(50);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.close();
  },
);
