import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportReport } from '../../main/audits/reportFormats.ts';
import { temporaryFolder } from '../store/support/workspace.ts';
import { launchBrowser } from '../support/browser.ts';
import { reportInput } from './reports.ts';

const folder = temporaryFolder('report');
const address = pathToFileURL(join(folder.path, 'report.html')).href;
let browser: Browser;

beforeAll(async () => {
  // Few rows: some groups lack support, so that the page shows those words too.
  writeFileSync(join(folder.path, 'report.html'), exportReport('html', reportInput(240)).data);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  folder.remove();
});

test.each(['light', 'dark'] as const)('axe finds nothing in the %s page', async (colorScheme) => {
  const context = await browser.newContext({ colorScheme, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(address);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await context.close();
});

test('the page asks for nothing, complains of nothing, and its text can be read', async () => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(address);
  expect(asked).toEqual([address]);
  expect(complaints).toEqual([]);
  expect(await page.innerText('h1')).toBe('A test');
  expect(await page.locator('svg').count()).toBeGreaterThan(50);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.close();
});
