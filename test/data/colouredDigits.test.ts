import { afterAll, describe, expect, it } from 'vitest';
import { previewSource, readers } from '../../main/data/dataset.ts';
import { COLOURS } from '../../main/data/readers/colouredDigits.ts';
import { auditTableOf, datasetFilesOf, samplesOf } from '../../main/data/stored.ts';
import { bytesIn, importPath, refusal, removeFolders } from './fixtures.ts';

const PATH = 'builtin:coloured-digits';
const LIMIT = 2000;
afterAll(removeFolders);

describe('coloured digits', async () => {
  const correlated = await importPath(PATH, { limit: LIMIT, correlation: 0.9, seed: 1 });
  const independent = await importPath(PATH, { limit: LIMIT, correlation: 0.5, seed: 2 });
  const { dataset, stored } = correlated;

  it('has labels, digits, colour and alignment, and the test images as audit split', () => {
    expect(dataset.reader).toBe('colouredDigits');
    expect(dataset.shape).toEqual([28, 28, 3]);
    expect(dataset.splits).toEqual({ pretrain: 1412, probeTrain: 353, validation: 235, audit: 10_000 });
    expect(dataset.subjects).toBe(dataset.count);
    expect(dataset.targets.map((target) => [target.name, target.classes])).toEqual([
      ['label', ['below five', 'five or more']],
      ['digit', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']],
    ]);
    expect(dataset.sensitive.map((feature) => [feature.name, feature.source, feature.values])).toEqual([
      ['colour', 'synthetic', ['vermillion', 'blue', 'unknown']],
      ['alignment', 'synthetic', ['aligned', 'conflicting', 'unknown']],
    ]);
  });

  it('realises the correlation in every training split and independence in the audit split', () => {
    for (const split of ['pretrain', 'probeTrain', 'validation'] as const) {
      const aligned = count(split, { alignment: 'aligned' });
      const all = aligned + count(split, { alignment: 'conflicting' });
      expect(Math.abs(aligned - 0.9 * all)).toBeLessThanOrEqual(4);
    }
    expect(count('audit', { colour: 'blue' })).toBe(5000);
    const [blueBelow = 0, blueAbove = 0] = classes('audit', { colour: 'blue' });
    const [redBelow = 0, redAbove = 0] = classes('audit', { colour: 'vermillion' });
    expect(Math.abs(blueBelow - redBelow)).toBeLessThanOrEqual(5);
    expect(Math.abs(blueAbove - redAbove)).toBeLessThanOrEqual(5);
    expect(classes('audit', { colour: 'blue', alignment: 'aligned' })[0]).toBe(0);
  });

  it('has the same audit split, to the byte, whatever correlation and seed', async () => {
    const [a, b] = await Promise.all([stored, independent.stored].map((data) => auditTableOf(data, 'audit')));
    expect(a?.names).toEqual(b?.names);
    expect(a?.sensitive).toEqual(b?.sensitive);
    expect(a?.targets).toEqual(b?.targets);
    const [x, y] = await Promise.all(
      [correlated, independent].map((one) => bytesIn(one.stored, one.dataset.manifest.samples)),
    );
    const tail = 10_000 * 28 * 28 * 3;
    expect(Buffer.compare(x?.subarray(-tail) ?? new Uint8Array(), y?.subarray(-tail) ?? new Uint8Array())).toBe(0);
  }); // prettier-ignore

  it('gives the same digest for the same options and another for another seed', async () => {
    const again = await importPath(PATH, { limit: LIMIT, correlation: 0.9, seed: 1 });
    expect(again.dataset.digest).toBe(dataset.digest);
    const other = await importPath(PATH, { limit: LIMIT, correlation: 0.9, seed: 3 });
    expect(other.dataset.digest).not.toBe(dataset.digest);
  });

  it('tints each digit with one of two colours of equal brightness', async () => {
    const grid = await samplesOf(stored, { split: 'audit', count: 20, seed: 5, indices: null, group: { colour: 'blue' } }); // prettier-ignore
    expect(grid.items.map((item) => item.groups['colour'])).toEqual(Array(20).fill('blue'));
    for (let i = 0; i < grid.data.length; i += 3) {
      const grey = (grid.data[i + 2] ?? 0) / COLOURS[1].rgb[2];
      expect(grid.data[i]).toBe(0);
      expect(Math.abs((grid.data[i + 1] ?? 0) - grey * COLOURS[1].rgb[1])).toBeLessThan(1.2);
    }
    const [red, blue] = COLOURS.map(({ rgb: [r, g, b] }) => 0.299 * r + 0.587 * g + 0.114 * b);
    expect(Math.abs((red ?? 0) - (blue ?? 0))).toBeLessThan(0.1);
  });

  it('tells trainers the groups of validation rows alone', async () => {
    const files = await datasetFilesOf(stored);
    expect(files.validationGroups.map((group) => [group.feature, group.codes.length])).toEqual([
      ['colour', 235],
      ['alignment', 235],
    ]);
    expect(JSON.stringify(files)).not.toContain(dataset.manifest.sensitive[0]?.digest);
    expect(files.samples.size).toBe(dataset.count * 28 * 28 * 3);
  });

  it('states the known answer in its card', () => {
    expect(dataset.card.knownAnswer).toContain('in 90.0 % of the images');
    expect(dataset.card.knownAnswer).toContain(
      'accuracy on aligned minus accuracy on conflicting examples is 0',
    );
    expect(dataset.card.consent).not.toBe('Not stated.');
  });

  it('keeps both parameters at once by leaving images out, and says so', async () => {
    const skewed = await importPath(PATH, { correlation: 1, minorityShare: 0.2, limit: 1000 });
    const blue = skewed.dataset.groups.filter((group) => group.split !== 'audit' && group.group['colour'] === 'blue' && Object.keys(group.group).length === 1); // prettier-ignore
    expect(blue.reduce((sum, group) => sum + group.n, 0)).toBe(200);
    expect(blue.reduce((sum, group) => sum + (group.classCounts[0] ?? 0), 0)).toBe(0);
    expect(skewed.dataset.report.notes[0]).toMatch(/^59000 of 60000 training images were left out/);
    expect(skewed.dataset.card.knownAnswer).toContain('compare their accuracy within a label');
  });

  it('refuses parameters out of range, naming key and range', async () => {
    const refused = await refusal(importPath(PATH, { correlation: 1.5 }));
    expect(refused.message).toBe('options.correlation is 1.5, but must be a number from 0 to 1.');
  });

  it('shows 32 thumbnails and the columns before the import', async () => {
    const preview = await previewSource({ path: PATH, reader: null, options: { limit: LIMIT } });
    expect(preview.count).toBe(LIMIT + 10_000);
    expect(preview.thumbnails.count).toBe(32);
    expect(preview.columns.map((column) => column.name)).toEqual(['label', 'digit', 'colour', 'alignment']);
    expect(Object.keys(readers['colouredDigits']?.params ?? {})).toEqual(['correlation', 'minorityShare', 'limit', 'seed']); // prettier-ignore
  });

  function classes(split: string, group: Readonly<Record<string, string>>): readonly number[] {
    const found = dataset.groups.find((candidate) => candidate.split === split && JSON.stringify(candidate.group) === JSON.stringify(group)); // prettier-ignore
    return found?.classCounts ?? [];
  }

  function count(split: string, group: Readonly<Record<string, string>>): number {
    return classes(split, group).reduce((sum, n) => sum + n, 0);
  }
});
