import { afterAll, describe, expect, it } from 'vitest';
import { furtherDigestsOf } from '../../main/core/datasetFiles.ts';
import { auditTableOf, datasetFilesOf, samplesOf } from '../../main/data/stored.ts';
import { bytesIn, folderWith, importPath, KEY, picture, refusal, removeFolders } from './fixtures.ts';

afterAll(removeFolders);

describe('a stored data set', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `${i % 3 ? 'cat' : 'dog'}/${i % 2 ? 'f' : 'm'}_s${i % 20}_${i}.png`); // prettier-ignore
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name, i) => [name, await picture([i, 2 * i, 3 * i], { width: 8, height: 8 })] as const)),
  ); // prettier-ignore
  const options = { pattern: '{sex}_{person}_*', sensitive: ['sex'], subject: 'person', label: 'folder' };
  const { dataset, stored } = await importPath(folderWith(files), options);

  it('gives trainers samples, targets and splits that are disjoint by subject', async () => {
    const trainer = await datasetFilesOf(stored);
    expect([trainer.count, trainer.shape, trainer.digest]).toEqual([60, [8, 8, 3], dataset.digest]);
    const tables = await Promise.all(
      (['pretrain', 'probeTrain', 'validation', 'audit'] as const).map((split) =>
        auditTableOf(stored, split),
      ),
    );
    const seen = tables.flatMap((table) => [...new Set(table.subjects)]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(dataset.subjects).toBe(20);
    expect(tables.reduce((sum, table) => sum + table.indices.length, 0)).toBe(60);
    const validation = tables[2];
    expect([...(trainer.validationGroups[0]?.codes ?? [])]).toEqual([...(validation?.sensitive[0]?.codes ?? [0])]); // prettier-ignore
    expect(validation?.indices.length).toBeGreaterThan(0);
  });

  it('keeps names, codes, splits and pixels row by row together', async () => {
    const table = await auditTableOf(stored, 'pretrain');
    const classes = table.targets[0]?.classes ?? [];
    const values = table.sensitive[0]?.values ?? [];
    table.names.forEach((name, row) => {
      expect(name.startsWith(classes[table.targets[0]?.codes[row] ?? -1] ?? '?')).toBe(true);
      expect(name.includes(`/${values[table.sensitive[0]?.codes[row] ?? -1] ?? '?'}_`)).toBe(true);
    });
    const grid = await samplesOf(stored, { split: 'pretrain', count: 1, seed: 0, indices: [...table.indices], group: null }); // prettier-ignore
    table.names.forEach((name, row) => {
      const i = names.findIndex((one) => one.replace(/s\d+/, KEY.pseudonym) === name);
      expect([...grid.data.subarray(row * 192, row * 192 + 3)]).toEqual([i, 2 * i, 3 * i]);
    });
  });

  it('counts groups, intersections and classes as they are', () => {
    const all = dataset.groups.filter((group) => group.group['sex'] === 'f');
    expect(all.reduce((sum, group) => sum + group.n, 0)).toBe(30);
    expect(all.reduce((sum, group) => sum + (group.classCounts[0] ?? 0), 0)).toBe(
      names.filter((name) => name.startsWith('cat/f')).length,
    );
    const unknown = dataset.groups.filter((group) => group.group['sex'] === 'unknown');
    expect(unknown.map((group) => group.n)).toEqual([0, 0, 0, 0]);
  });

  it('samples a split at random by seed, within a group, without repeating', async () => {
    const query = { split: 'pretrain', count: 12, seed: 4, indices: null, group: null } as const;
    const first = await samplesOf(stored, query);
    expect(await samplesOf(stored, query)).toEqual(first);
    expect(await samplesOf(stored, { ...query, seed: 5 })).not.toEqual(first);
    expect(new Set(first.items.map((item) => item.index)).size).toBe(12);
    const cats = await samplesOf(stored, { ...query, count: 500, group: { sex: 'f', folder: 'cat' } });
    const expected = dataset.groups.find((group) => group.split === 'pretrain' && group.group['sex'] === 'f');
    expect(cats.count).toBe(expected?.classCounts[0]);
    for (const item of cats.items) expect([item.label, item.groups]).toEqual(['cat', { sex: 'f' }]);
  });

  it.each([
    [{ indices: [10_000] }, 'Sample 10000 is not in the validation split.'],
    [{ group: { age: '3' } }, 'There is no feature age.'],
    [{ group: { sex: 'x' } }, 'Feature sex has no value x.'],
  ])('refuses %o', async (wrong, message) => {
    const query = { split: 'validation', count: 1, seed: 0, indices: null, group: null, ...wrong } as const;
    expect(await refusal(samplesOf(stored, query))).toMatchObject({ code: 'usage', message });
  });

  it('lists every artefact in its manifest, at its size', async () => {
    const { manifest } = dataset;
    const digests = new Set([
      manifest.samples,
      manifest.names,
      manifest.subjects.digest,
      ...(manifest.subjects.names === undefined ? [] : [manifest.subjects.names]),
      ...furtherDigestsOf(manifest),
      ...manifest.targets.map((column) => column.digest),
      ...manifest.sensitive.map((column) => column.digest),
      ...Object.values(manifest.splits),
    ]);
    let size = 0;
    for (const digest of digests) size += (await bytesIn(stored, digest)).length;
    expect(size).toBe(dataset.size);
  });
});

it('images keep the size they came in, beside their pixels', async () => {
  const files = {
    'a/1.png': await picture([1, 2, 3], { width: 30, height: 20 }),
    'a/2.png': await picture([1, 2, 3], { width: 9, height: 500 }),
  };
  const { stored } = await importPath(folderWith(files), { size: 8, label: 'folder' });
  const bytes = await bytesIn(stored, stored.manifest.originalSizes ?? '');
  expect([...new Uint32Array(new Uint8Array(bytes).buffer)]).toEqual([30, 20, 9, 500]);
});
