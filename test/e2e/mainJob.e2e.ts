import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { drivePage, seriousFindings, type DrivenPage } from '../support/drivenPage.ts';
import { writeImageFolder } from '../support/imageFolder.ts';
import { servePretext, type ServedPretext } from '../support/servedPretext.ts';

/** Pictures of discs and squares, red or green, of 200 made-up persons. */
const IMAGES = 400;
const TRAINED = { timeout: 180_000 };

let folder: string;
let served: ServedPretext;
let browser: Browser;
let driven: DrivenPage;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pretext-images-'));
  await writeImageFolder(join(folder, 'shapes'), IMAGES);
  served = await servePretext();
  browser = await launchBrowser();
  driven = await drivePage(browser);
  page = driven.page;
});

afterAll(async () => {
  await browser.close();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sets a number field the way a person does. */
async function fill(name: string, value: string): Promise<void> {
  await page.getByRole('textbox', { name, exact: true }).fill(value);
}

async function design(method: string, name: string): Promise<void> {
  await page.getByRole('link', { name: /^Designer/ }).click();
  await page.getByRole('radio', { name: new RegExp(`^${method}`) }).check({ force: true });
  await page.getByRole('heading', { level: 1, name: new RegExp(`^${method}`) }).waitFor();
  await fill('Epochs', '2');
  await fill('Batch size', '64');
  await fill('Name of the runs', name);
}

async function launch(name: string): Promise<void> {
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

describe('the main job, by clicking, on a folder of images', () => {
  it('opens, and leaves no token in the address', async () => {
    await page.goto(served.url);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    expect(page.url()).not.toContain('token');
    await page.getByText('Learn without labels, then see whom it serves').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Start the tour' }).waitFor();
  });

  it('imports the folder through the wizard', async () => {
    await page.getByRole('link', { name: 'Import data' }).first().click();
    await page.getByRole('button', { name: 'Browse' }).first().click();
    await page.getByRole('button', { name: 'Use this folder' }).waitFor();
    await page.keyboard.press('Escape');
    await fill('Folder or file on this machine', join(folder, 'shapes'));
    await page.getByRole('button', { name: 'Look inside' }).click();
    await page.getByRole('heading', { name: /^Found/ }).waitFor();
    await page.getByRole('textbox', { name: 'Pattern of the file names' }).fill('{shape}_{colour}_{person}_*');
    await page.keyboard.press('Tab');
    await page.getByRole('rowheader', { name: 'colour' }).waitFor();
    await page.getByRole('combobox', { name: /^Label/ }).selectOption('shape');
    await page.getByRole('combobox', { name: /^Subject/ }).selectOption('person');
    await page.getByRole('checkbox', { name: 'colour is a sensitive feature' }).check();
    for (const other of ['shape', 'person']) await page.getByRole('checkbox', { name: `${other} is a sensitive feature` }).uncheck();
    await page.getByRole('combobox', { name: 'How the values of colour came to be' }).selectOption('annotated');
    await fill('Name', 'Shapes');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Shapes' }).waitFor({ timeout: 60_000 });
  });

  it('shows group sizes first, and the file that was no picture', async () => {
    const sizes = page.getByRole('region', { name: 'Group sizes' }).last();
    await sizes.getByRole('row', { name: /colour red/ }).waitFor();
    await sizes.getByRole('row', { name: /colour green/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('tab', { name: /Import report/ }).click();
    // File names carry the persons' ids here: the report keeps none of them.
    await page.getByRole('row', { name: /^disc_red_\S+_broken\.png/ }).waitFor();
    expect(await page.getByText('p999').count()).toBe(0);
  });

  it('designs a run while its views follow the sliders', async () => {
    await page.getByRole('link', { name: 'Design a run on it' }).click();
    const views = page.getByRole('region', { name: /Views of your samples/ });
    await views.getByRole('img', { name: /^view 2 of sample/ }).first().waitFor({ timeout: 60_000 });
    const pixels = (): Promise<string> => views.locator('canvas').last().evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await pixels();
    const slider = page.getByRole('slider', { name: /^Resized crop: Scale, low/ });
    await slider.focus();
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowRight');
    await expect.poll(pixels, { timeout: 20_000 }).not.toBe(before);
    await design('SimCLR', 'first-light');
    const declaration = page.getByRole('region', { name: /Audit declaration/ });
    await declaration.getByRole('combobox', { name: /Primary metric/ }).selectOption('accuracy');
    await declaration.getByRole('combobox', { name: 'Compared' }).selectOption('two');
    await page.getByText('What this will cost').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('keeps the draft across a reload, and form and YAML agree', async () => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: /^SimCLR/ }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Epochs', exact: true }).inputValue()).toBe('2');
    await page.getByRole('button', { name: 'YAML' }).click();
    const editor = page.getByRole('textbox', { name: 'Config as YAML' });
    await expect.poll(() => editor.textContent()).toContain('epochs: 2');
    const text = await editor.evaluate((content) => Array.from(content.querySelectorAll('.cm-line'), (line) => line.textContent).join('\n'));
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(`dataset: ${/dataset: (\S+)/.exec(text)?.[1] ?? ''}\nmethod: simclr\nepochs: -3\n`);
    await page.getByRole('alert').getByText(/epochs is -3/).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByRole('alert').getByText(/epochs is -3/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Close' }).click();
  });

  it('launches two runs and watches the first live', async () => {
    await launch('first-light');
    await page.getByRole('img', { name: /^Loss: first-light [\d.−]/ }).waitFor(TRAINED);
    await design('Rotation', 'second-turn');
    await launch('second-turn');
    await page.getByRole('link', { name: /^Runs/ }).first().click();
    for (const name of ['first-light', 'second-turn']) await page.getByRole('row', { name: new RegExp(`${name}.*finished`) }).waitFor(TRAINED);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('shows what the first run found beside its anchors', async () => {
    await page.getByRole('link', { name: 'first-light' }).first().click();
    await page.getByRole('tab', { name: 'Results' }).click();
    await page.getByText('kNN on the raw input').waitFor();
    await page.getByRole('row', { name: /colour green/ }).waitFor();
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('log').locator('time').first().waitFor();
    await page.getByRole('tab', { name: /Checkpoints/ }).click();
    await page.getByRole('cell', { name: 'final' }).first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('compares them', async () => {
    await page.getByRole('link', { name: /^Runs/ }).first().click();
    for (const name of ['first-light', 'second-turn']) await page.getByRole('checkbox', { name: new RegExp(`^Select ${name}`) }).check();
    await page.getByRole('button', { name: 'Compare 2' }).click();
    await page.getByRole('img', { name: /^kNN accuracy: .*first-light.*second-turn|^kNN accuracy: .*second-turn.*first-light/ }).waitFor();
    await page.getByRole('row', { name: /method\.id/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('audits them side by side, with the declared primary metric', async () => {
    await page.getByRole('button', { name: 'Audit them' }).click();
    await page.getByRole('heading', { level: 1, name: 'New audit' }).waitFor();
    await expect.poll(() => page.getByRole('combobox', { name: /^Primary metric/ }).inputValue()).toBe('accuracy');
    await fill('Name', 'Shapes by colour');
    await page.getByRole('button', { name: 'Run the audit' }).click();
    await page.getByRole('heading', { level: 1, name: 'Shapes by colour' }).waitFor({ timeout: 90_000 });
    for (const group of ['Everyone', 'red', 'green']) await page.getByRole('rowheader', { name: group, exact: true }).waitFor();
    await page.getByText(/primary metric declared/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('explores thresholds on the validation split, and leaves the audit split alone', async () => {
    await page.getByRole('tab', { name: 'Thresholds' }).click();
    const choices = page.getByRole('table', { name: 'Choices of thresholds' });
    await choices.waitFor(TRAINED);
    await choices.getByRole('radio', { name: 'Equal opportunity' }).check();
    expect(await page.getByRole('table', { name: 'Thresholds by group' }).getByRole('row').count()).toBe(3);
    await page.getByText(/Chosen on the validation split/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'How it was made' }).click();
    await page.getByText('Rules of the statistics').waitFor();
    await page.getByRole('tab', { name: 'Groups' }).click();
  });

  it('exports the report, which opens by itself and says what was measured', async () => {
    await page.getByRole('button', { name: 'Export report' }).click();
    await page.getByRole('menuitem', { name: /HTML/ }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const path = join(folder, (await download).suggestedFilename());
    await (await download).saveAs(path);
    const html = readFileSync(path, 'utf8');
    expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="https?:/);
    expect(html).not.toContain('_p012_');
    const report = await drivePage(browser);
    await report.page.goto(pathToFileURL(path).href);
    await report.page.getByText('first-light').first().waitFor();
    await report.page.getByText('green').first().waitFor();
    expect(report.complaints).toEqual([]);
    await report.page.context().close();
  });

  it('left nothing to complain of', () => {
    expect(driven.complaints).toEqual([]);
  });
});

describe('by keyboard, in the dark, on a narrow window', () => {
  it('reaches a run through the palette and opens the shortcuts', async () => {
    const dark = await drivePage(browser, { colorScheme: 'dark', viewport: { width: 400, height: 800 } });
    await dark.page.goto(served.url);
    await dark.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await dark.page.keyboard.press('Control+k');
    await dark.page.getByRole('combobox', { name: 'Commands' }).waitFor();
    await dark.page.keyboard.type('second-turn');
    await dark.page.keyboard.press('Enter');
    await dark.page.getByRole('heading', { level: 1, name: 'second-turn' }).waitFor();
    expect(await dark.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await dark.page.keyboard.press('?');
    await dark.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await seriousFindings(dark.page)).toEqual([]);
    await dark.page.keyboard.press('Escape');
    await dark.page.keyboard.press('g');
    await dark.page.keyboard.press('a');
    await dark.page.getByRole('heading', { level: 1, name: 'Audits' }).waitFor();
    expect(dark.complaints).toEqual([]);
    await dark.page.context().close();
  });

  it('archives with undo', async () => {
    await page.goto(`${page.url().split('#')[0] ?? ''}#/runs`);
    await page.getByRole('checkbox', { name: /^Select second-turn/ }).check();
    await page.getByRole('button', { name: 'Act on 1' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('row', { name: /second-turn/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('row', { name: /second-turn/ }).waitFor();
  });
});
