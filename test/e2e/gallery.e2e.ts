import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { drivePage, seriousFindings } from '../support/drivenPage.ts';

/** Every state a page can be in, on fixtures: failed, crashed and collapsed runs, undefined groups, empty workspaces. */
const ADDRESSES = [
  '#/home', '#/datasets', '#/dataset/d1', '#/dataset/d1?tab=explore', '#/dataset/d1?tab=samples', '#/dataset/d1?tab=splits', '#/dataset/d1?tab=card', '#/dataset/d1?tab=report', '#/import?path=/data/faces',
  '#/import?path=builtin:coloured-digits', '#/designer', '#/designer?yaml=1', '#/runs', '#/runs?filter=nothing-like-it', '#/run/r0', '#/run/r3?tab=log', '#/run/r2?tab=results', '#/run/r2?tab=config',
  '#/run/r4?tab=files', '#/compare', '#/compare?runs=r0,r2,r6', '#/compare?runs=r0,r1,r2,r3,r4,r5,r6,r7&seeds=mean', '#/audits', '#/audits?new=1&runs=r2,r6', '#/audit/a1', '#/audit/a1?depth=0&order=worst&against=group', '#/audit/a1?tab=disparities', '#/audit/a1?tab=disparities&disparities=reference', '#/audit/a1?tab=between', '#/audit/a1?tab=within', '#/audit/a1?tab=ratios', '#/audit/a1?tab=thresholds',
  '#/audit/a1?tab=making', '#/audits?tab=policies', '#/audits?tab=policies&new=policy', '#/audits?tab=representations', '#/audits?tab=representations&new=representation&runs=r6', '#/audits?tab=looks', '#/policy/p1', '#/representation/q1', '#/representation/q1?tab=leakage',
  '#/representation/q1?tab=similarity', '#/representation/q1?tab=making', '#/settings', '#/doctor',
];

let server: PreviewServer;
let browser: Browser;
let folder = '';
let base = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pretext-gallery-'));
  const configFile = join(import.meta.dirname, '..', 'renderer', 'gallery', 'vite.config.ts');
  await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 5000 } });
  server = await preview({ configFile, logLevel: 'error', build: { outDir: folder }, preview: { port: 0 } });
  base = server.resolvedUrls?.local[0] ?? '';
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Goes to an address as a link would, and waits until what it asked for is drawn. */
async function settled(page: Page, address: string): Promise<void> {
  if (!page.url().startsWith(base)) await page.goto(base);
  await page.evaluate((hash) => (location.hash = hash), address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // Fixtures answer at once; what waits for typing to pause takes a little longer.
  await page.waitForTimeout(address.includes('thresholds') ? 500 : 160);
}

describe.each([
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
] as const)('$name', ({ options }) => {
  it('has nothing serious for axe to find, and nothing to complain of', async () => {
    const { page, complaints } = await drivePage(browser, options);
    const findings: string[] = [];
    for (const address of ADDRESSES) {
      await settled(page, address);
      findings.push(...(await seriousFindings(page)));
    }
    expect(findings).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('sizes', () => {
  it.each([
    { name: '380 pixels wide', width: 380, zoom: 1 },
    { name: '760 pixels wide, text twice as large', width: 760, zoom: 2 },
    { name: '1920 pixels wide', width: 1920, zoom: 1 },
  ])('$name: no page is wider than the window', async ({ width, zoom }) => {
    const { page } = await drivePage(browser, { viewport: { width, height: 800 } });
    const wide: string[] = [];
    for (const address of ADDRESSES) {
      await settled(page, address);
      if (zoom !== 1) await page.evaluate((factor) => (document.documentElement.style.fontSize = `${81.25 * factor}%`), zoom);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 1) wide.push(`${address} by ${over} px`);
    }
    expect(wide).toEqual([]);
    await page.context().close();
  });
});

describe('ten thousand runs', () => {
  it('filters, and draws only what is in view', async () => {
    const { page } = await drivePage(browser);
    await page.goto(`${base}?runs=10000#/runs`);
    await page.getByRole('checkbox', { name: 'Select amber-lake, seed 1' }).waitFor();
    expect(await page.locator('tbody tr').count()).toBeLessThan(80);
    const times: number[] = [];
    for (const query of ['plain-oak', 'method:simclr', 'knn>.8', '', 'late-rain', 'loss<3.5', '/field-\\d+5$/', '']) {
      times.push(
        await page.evaluate(async (text) => {
          const field = document.querySelector<HTMLInputElement>('#run-filter');
          if (!field) throw new Error('no filter');
          const start = performance.now();
          field.value = text;
          field.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise((resolve) => setTimeout(resolve));
          return performance.now() - start;
        }, query),
      );
    }
    const median = times.toSorted((a, b) => a - b)[times.length >> 1] ?? Infinity;
    console.log(`filter of 10,000 runs: median ${Math.round(median)} ms of ${times.map((time) => Math.round(time)).join(', ')}; the aim is 50`);
    expect(await page.locator('tbody tr').count()).toBeLessThan(80);
    await page.context().close();
  });
});
