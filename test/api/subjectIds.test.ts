import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importDataset } from '../../main/data/dataset.ts';
import { fsArtefactWriter } from '../../main/data/fsSink.ts';
import { openStore } from '../../main/store/index.ts';
import { folderWith, removeFolders } from '../data/fixtures.ts';
import { houses, type House } from './support/house.ts';

/** Long enough to stand nowhere by chance. */
const planted = (person: number): string => `planted-${4000 + person}-Id`;
const MARK = 'planted-';
const OPTIONS = {
  pattern: '{group}_{person}_*',
  label: 'folder',
  sensitive: ['group'],
  subject: 'person',
  size: 8,
};
const root = mkdtempSync(join(tmpdir(), 'pretext-ids-'));
const { houseIn, faults } = houses();

afterAll(() => {
  rmSync(root, { recursive: true });
  removeFolders();
  expect(faults).toEqual([]);
});

/** Files of a folder in which a text stands, whatever they are; UTF-8 and UTF-16. */
function filesWith(folder: string, text: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const inNames = names.filter(({ name }) => name.includes(text)).map(({ name }) => name);
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
  return [...inNames, ...files.filter((file) => forms.some((form) => readFileSync(file).includes(form)))];
}

async function faces(): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = {};
  for (let person = 0; person < 40; person++)
    for (let row = 0; row < 2; row++) {
      const create = {
        width: 8,
        height: 8,
        channels: 3,
        background: { r: person * 6, g: row * 90, b: 3 },
      } as const;
      const place = `${person % 2 ? 'yes' : 'no'}/${person % 4 < 2 ? 'a' : 'b'}_${planted(person)}_${row}.png`;
      files[place] = await sharp({ create }).png().toBuffer();
    }
  // Somebody of whom nothing can be read, and a name that does not fit.
  return { ...files, [`yes/a_${planted(90)}_0.png`]: 'not a picture', [`no/${planted(91)}.png`]: 'neither' };
}

function peopleTable(): string {
  const rows = Array.from(
    { length: 60 },
    (_, at) => `${planted(at)},${at % 3 ? 'f' : 'm'},${at % 7},${at % 2 ? 'yes' : 'no'}`,
  );
  return `subject,sex,score,answer\n${rows.join('\n')}\n${planted(92)},f,1,\n${planted(93)},f,1,yes,too,many\n`;
}

function seriesTable(): string {
  const rows = Array.from({ length: 40 }, (_, at) => `${planted(at % 10)},${Math.floor(at / 10)},${at},${at % 2 ? 'yes' : 'no'}`);
  return `subject,time,x,answer\n${rows.sort().join('\n')}\n`;
} // prettier-ignore

describe('subject ids', () => {
  let house: House;
  const workspace = join(root, 'workspace');
  const key = join(root, 'config', 'subject.key');
  beforeAll(async () => {
    house = await houseIn(workspace, key);
  });
  afterAll(() => house.services.shutdown('pause'));

  it('are in no byte of the workspace, whatever is imported, recorded, trained, refused, audited and exported', async () => {
    const { ask, imported, job } = house;
    expect(await ask('privacy.key', {})).toMatchObject({ state: 'unused', present: null, expected: null });
    const folder = await imported(folderWith(await faces()), OPTIONS);
    const table = await imported(join(folderWith({ 't.csv': peopleTable() }), 't.csv'), { label: 'answer', sensitive: ['sex'], subject: 'subject' }); // prettier-ignore
    const series = await imported(join(folderWith({ 's.csv': seriesTable() }), 's.csv'), { label: 'answer', subject: 'subject', time: 'time', steps: 2 }); // prettier-ignore
    expect((await ask('datasets.get', { id: folder })).report.rejected).toHaveLength(2);
    expect((await ask('datasets.get', { id: table })).report.rejected.length).toBeGreaterThan(0);
    expect((await ask('datasets.get', { id: series })).subjects).toBe(10);

    const path = join(root, 'consent.csv');
    writeFileSync(path, `subject,basis,source,purposes\n${planted(1)},written,forms/${planted(1)}.pdf,teaching\n${planted(99)},oral,,\n`); // prettier-ignore
    expect(await ask('consent.import', { dataset: folder, path })).toMatchObject({ read: 2, strangers: 1 });
    await ask('consent.withdraw', { dataset: folder, subjects: [planted(2)] });
    await ask('consent.withdraw', { dataset: table, subjects: [planted(2)] });
    const config = { ...(await ask('config.defaults', { dataset: folder, method: 'simclr' })), batchSize: 4 };
    await expect(ask('runs.launch', { config, purpose: 'research' })).rejects.toThrow(
      /1 subject of data set/,
    );
    const [run = ''] = await ask('runs.launch', {
      config,
      purpose: 'research',
      override: 'The board agreed.',
    });
    while ((await ask('runs.get', { id: run })).status !== 'finished')
      await new Promise((resolve) => setTimeout(resolve, 20));
    const options = { features: ['group'], draws: 200, metrics: ['accuracy'] };
    const audit = await job(await ask('audits.create', { runs: [run], options }));
    const exports = join(root, 'exports');
    mkdirSync(exports);
    const keep = (name: string, data: Uint8Array): void => writeFileSync(join(exports, name), data);
    for (const format of ['html', 'json', 'csv', 'markdown'])
      keep(
        format,
        (await ask('reports.export', { audit, format, includeSensitive: true, smallCells: 0 })).data,
      );
    for (const format of ['markdown', 'croissant'] as const)
      keep(`card-${format}`, (await ask('datasets.exportCard', { id: folder, format })).data);
    for (const what of ['predictions', 'bundle'] as const)
      keep(what, (await ask('runs.export', { id: run, what, format: what === 'bundle' ? 'zip' : 'csv', includeSensitive: true })).data); // prettier-ignore
    for (const dataset of [folder, table]) await ask('datasets.check', { id: dataset });
    await expect(imported(join(folderWith({ 'x.csv': `subject,answer\n${planted(1)},\n` }), 'x.csv'), { label: 'answer', subject: 'subject' })).rejects.toThrow(); // prettier-ignore

    const given = await ask('consent.get', { dataset: folder, search: planted(2) });
    expect(given).toMatchObject({ withdrawn: 1, recorded: 2, ids: { kind: 'keyed', usable: true } });
    expect(given.records).toHaveLength(1);
    expect(filesWith(workspace, MARK)).toEqual([]);
    expect(filesWith(exports, MARK)).toEqual([]);
    expect(filesWith(workspace, given.records[0]?.subject ?? '?').length).toBeGreaterThan(0);
    expect(filesWith(join(root, 'config'), MARK)).toEqual([]);
  });

  it('still name people to whoever has the key; the same person goes by the same name in every data set', async () => {
    const { ask } = house;
    const [first, ...others] = await ask('datasets.list', {});
    for (const { id } of others) {
      const impact = await ask('consent.affected', { dataset: id, subjects: [planted(5)] });
      expect(impact.rows).toBeGreaterThan(0);
      expect(impact.subjects).toEqual((await ask('consent.affected', { dataset: first?.id ?? '', subjects: [planted(5)] })).subjects); // prettier-ignore
    }
    await expect(ask('consent.withdraw', { dataset: first?.id ?? '', subjects: ['nobody'] })).rejects.toThrow(
      /no subject "nobody"/,
    );
  });

  it('without the key, or with another machine’s, cannot be told apart, which is said; pseudonyms still can', async () => {
    await house.services.shutdown('pause');
    const elsewhere = await houseIn(workspace, join(root, 'elsewhere', 'subject.key'));
    const { ask, imported } = elsewhere;
    const [row] = (await ask('datasets.list', {})).filter(({ modality }) => modality === 'image');
    const dataset = row?.id ?? '';
    expect(await ask('privacy.key', {})).toMatchObject({ state: 'missing', present: null });
    await expect(ask('consent.withdraw', { dataset, subjects: [planted(3)] })).rejects.toThrow(/conflict: .*there is no key at/); // prettier-ignore
    const again = folderWith(await faces());
    await expect(imported(again, OPTIONS)).rejects.toThrow(/there is no key at/);
    const [record] = (await ask('consent.get', { dataset })).records.filter((one) => one.withdrawn !== null);
    expect((await ask('consent.withdraw', { dataset, subjects: [record?.subject ?? ''] })).rows).toBe(2);

    expect(await ask('privacy.adoptKey', {})).toMatchObject({
      state: 'ready',
      others: expect.any(Array) as string[],
    });
    expect((await ask('privacy.key', {})).others).toHaveLength(3);
    await expect(ask('consent.withdraw', { dataset, subjects: [planted(3)] })).rejects.toThrow(
      /is another one/,
    );
    const fresh = await imported(again, OPTIONS);
    expect((await ask('consent.affected', { dataset: fresh, subjects: [planted(3)] })).rows).toBe(2);
    // The same source, read again under another key: whoever withdrew is known by the place among the subjects.
    const source = (await ask('datasets.get', { id: dataset })).source;
    const withdrawn = (await ask('consent.get', { dataset })).withdrawn;
    const renewed = await imported(source, { ...OPTIONS, size: 16 });
    expect(await ask('consent.get', { dataset: renewed })).toMatchObject({ withdrawn, strangers: expect.any(Array) as string[], excluded: { subjects: withdrawn } }); // prettier-ignore
    expect((await ask('datasets.get', { id: renewed })).digest).not.toBe('');
    await elsewhere.services.shutdown('pause');
    house = await houseIn(workspace, key);
    expect(filesWith(workspace, MARK)).toEqual([]);
  });
});

describe('a workspace from before ids were turned', () => {
  it('keeps what it has and says so; turning it leaves no byte of an id', async () => {
    const workspace = join(root, 'older');
    const store = openStore(workspace, {
      now: () => '2026-11-22T00:00:00.000Z',
      newId: (prefix) => `${prefix}-older`,
    });
    const source = folderWith(await faces());
    const made = await importDataset({
      ...{ path: source, reader: null, options: OPTIONS, writer: fsArtefactWriter(workspace) },
      ...{ signal: new AbortController().signal, onProgress: () => undefined },
      subjectKey: () => ({ id: 'none', pseudonym: (name) => name }),
    });
    const { key: _none, ...subjects } = made.manifest.subjects;
    const { id } = store.datasets.create({ ...made, manifest: { ...made.manifest, subjects } });
    const record = {
      basis: '',
      purposes: ['teaching'],
      source: `${planted(4)}.pdf`,
      date: null,
      expires: null,
    };
    store.consent.set(id, [
      { ...record, subject: planted(4), withdrawn: null },
      { ...record, subject: planted(5), withdrawn: '2026-01-01' },
    ]);
    store.close();
    expect(filesWith(workspace, MARK).length).toBeGreaterThan(0);

    const { ask, services } = await houseIn(workspace, join(root, 'older-config', 'subject.key'));
    expect(await ask('privacy.key', {})).toMatchObject({ state: 'unused', raw: [id] });
    expect(await ask('consent.get', { dataset: id })).toMatchObject({ ids: { kind: 'raw' }, withdrawn: 1 });
    await ask('consent.withdraw', { dataset: id, subjects: [planted(6)] });
    const { digest } = await ask('datasets.get', { id });
    const report = await ask('privacy.rekey', { dataset: id });
    expect(report).toMatchObject({ dataset: id, subjects: 40, records: 3, audits: [] });
    expect(report.backups).toEqual([]);
    expect(filesWith(workspace, MARK)).toEqual([]);
    expect(await ask('consent.get', { dataset: id })).toMatchObject({ ids: { kind: 'keyed', key: report.key }, withdrawn: 2, excluded: { subjects: 2, rows: 4 }, strangers: [] }); // prettier-ignore
    expect((await ask('datasets.get', { id })).digest).toBe(digest);
    expect((await ask('consent.affected', { dataset: id, subjects: [planted(7)] })).rows).toBe(2);
    await expect(ask('privacy.rekey', { dataset: id })).rejects.toThrow(/turned already, with the key/);
    await services.shutdown('pause');
    expect(filesWith(workspace, MARK)).toEqual([]);
  });
});
