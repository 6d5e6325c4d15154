import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { exportReport } from '../../main/audits/reportFormats.ts';
import { Rng } from '../../main/core/rng.ts';
import { browserPrinter } from '../../main/serve/printPdf.ts';
import { reportInput } from '../audits/reports.ts';
import { made, withOptions } from '../audits/tables.ts';
import { findBrowser, launchBrowser } from '../support/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-paper-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report over one feature of sixty groups. */
function sixtyGroups() {
  const input = made({ n: 6000, seed: 2, right: [[0.85, 0.75]] });
  const rng = Rng.stream(2, 'regions');
  const values = Array.from({ length: 60 }, (_, at) => `Region ${at + 1} with a name that is long`);
  const region = { name: 'region', source: 'synthetic' as const, values, codes: Int16Array.from({ length: 6000 }, () => rng.below(60)) }; // prettier-ignore
  const audit = assess(
    withOptions(
      { ...input, table: { ...input.table, sensitive: [region] } },
      { features: ['region'], metrics: ['accuracy', 'truePositiveRate'], draws: 200 },
    ),
  );
  return { ...reportInput(100), audit };
}

/** What prints: Pretext's own way through an installed browser; the one that the tests carry hangs when it is told to print as it starts. */
async function printer(): Promise<ReturnType<typeof browserPrinter>> {
  const { name, executablePath, env } = await findBrowser();
  if (name.startsWith('carried')) return drivenPrinter;
  return browserPrinter(executablePath, { ...process.env, ...env });
}

async function drivenPrinter(html: Uint8Array): Promise<Uint8Array> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ javaScriptEnabled: false });
    const file = join(folder, 'driven.html');
    writeFileSync(file, html);
    await page.goto(pathToFileURL(file).href);
    return new Uint8Array(await page.pdf({ printBackground: true, format: 'A4' }));
  } finally {
    await browser.close();
  }
}

const input = sixtyGroups();

test('the report of sixty groups is paper whose text can be selected, and no page is empty or cut', async () => {
  const { data } = await exportReport('pdf', input, { print: await printer() });
  const text = Buffer.from(data).toString('latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  // Words are words of fonts that tell their letters, not pictures of them.
  expect(text).toContain('/ToUnicode');
  expect(text).not.toContain('/Subtype /Image');
  const pages = text.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
  expect(pages).toBeGreaterThan(5);
  const file = join(folder, 'report.pdf');
  writeFileSync(file, data);
  if (!found('pdftotext') || !found('pdftoppm')) {
    console.warn('skipped the words and pictures of the pages: pdftotext or pdftoppm is not installed');
    return;
  }
  const words = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const wanted of [
    'Region 60 with a name that is long',
    'worst first',
    '19 Rules and standards',
    'Sign-off',
  ])
    expect(words.replace(/\s+/g, ' ')).toContain(wanted);
  execFileSync('pdftoppm', ['-r', '40', '-gray', file, join(folder, 'page')]);
  for (let page = 1; page <= pages; page++) {
    const name = join(folder, `page-${String(page).padStart(String(pages).length, '0')}.pgm`);
    const { ink, edge } = inkOf(readFileSync(name));
    expect(ink, `page ${page}`).toBeGreaterThan(0.001);
    expect(edge, `right edge of page ${page}`).toBe(0);
  }
});

test('axe finds nothing in it, and it is no wider than its window', async () => {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1200, height: 900 } });
    const page = await context.newPage();
    const file = join(folder, 'report.html');
    // Axe looks at every cell: two tables of sixty rows are enough.
    writeFileSync(file, (await exportReport('html', input)).data);
    await page.goto(pathToFileURL(file).href);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0); // prettier-ignore
  } finally {
    await browser.close();
  }
});

function found(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Share of dark pixels of a PGM picture, and of those within 1% of its right edge. */
function inkOf(bytes: Buffer): { readonly ink: number; readonly edge: number } {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 60).toString('latin1'));
  const [width, height] = [Number(head?.[1]), Number(head?.[2])];
  const pixels = bytes.subarray(head?.[0].length ?? 0);
  let [dark, edge] = [0, 0];
  for (let at = 0; at < width * height; at++) {
    if ((pixels[at] ?? 255) > 200) continue;
    dark++;
    if (at % width >= width * 0.99) edge++;
  }
  return { ink: dark / (width * height), edge };
}
