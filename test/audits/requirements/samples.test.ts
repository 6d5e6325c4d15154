import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { checkDataset } from '../../../main/audits/requirements/check.ts';
import { checkJobOf } from '../../../main/audits/requirements/checkJob.ts';
import { runCheck } from '../../../main/audits/requirements/checkRunner.ts';
import { readCheckTable } from '../../../main/audits/requirements/readTable.ts';
import { languageOf, scriptOf, wordsOf } from '../../../main/audits/requirements/textMarks.ts';
import type { DatasetCheck, ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { folderWith, importPath, removeFolders, type Files } from '../../data/fixtures.ts';
import { npy } from '../../data/npyFixture.ts';

afterAll(removeFolders);

const found = (check: DatasetCheck, kind: string, about: string, measure = '') =>
  check.findings.filter((one) => one.kind === kind && one.about === about && one.measure.includes(measure));

async function checked(files: Files, options: ImportOptions, entry = ''): Promise<DatasetCheck> {
  const folder = folderWith(files);
  const { stored } = await importPath(entry === '' ? folder : `${folder}/${entry}`, options);
  return checkDataset(await readCheckTable(stored, {}), '');
}

/** A picture of blurred noise. */
async function noise(seed: number, side: number): Promise<Uint8Array> {
  const rng = Rng.stream(seed, 'noise');
  const pixels = Uint8Array.from({ length: 64 * 3 }, () => rng.below(256));
  const image = sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } }).resize(side, side);
  return new Uint8Array(await image.png().toBuffer());
}

describe('pictures', () => {
  it('that are nearly equal are found within and across splits, and those of one group that are larger', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let at = 0; at < 60; at++)
      files[`${at % 3 ? 'no' : 'yes'}/${at % 2 ? 'a' : 'b'}_${at}.png`] = await noise(at, at % 2 ? 24 : 40);
    // The same picture in another size and with another label.
    files['no/b_copy.png'] = await noise(0, 96);
    const check = await checked(files, { pattern: '{group}_*', label: 'folder', sensitive: ['group'], size: 24 }); // prettier-ignore
    expect(found(check, 'duplicates', 'rows that repeat another')[0]?.value).toBe(0);
    expect(found(check, 'duplicates', 'pictures that nearly repeat another')[0]?.value).toBe(1);
    expect(found(check, 'duplicates', 'nearly equal pictures with several labels')[0]?.value).toBe(1);
    expect(found(check, 'size', 'shorter side in pixels, group b')[0]).toMatchObject({
      severity: 'warning',
      value: 1,
      finding: 'shorter side in pixels of group b: median 40, of others 24.',
    });
  });

  it('whose captions are empty, short, copied, unreadable or foreign are counted, and the group that has more of them', async () => {
    const caption = (at: number): string => {
      if (at % 2 === 0) return `a person with a number ${at} on the shirt`;
      return ['', 'IMG_1234.jpg', 'Ã¼ber the wall', 'ein Mann und eine Frau mit der Nummer auf dem Hemd'][(at >> 1) % 4] ?? ''; // prettier-ignore
    };
    const files: Record<string, Uint8Array | string> = {};
    const lines = ['file,caption,group,label'];
    for (let at = 0; at < 80; at++) {
      files[`${at}.png`] = await noise(at, 16);
      lines.push(`${at}.png,${caption(at)},${at % 2 ? 'a' : 'b'},${at % 3 ? 'x' : 'y'}`);
    }
    files['labels.csv'] = lines.join('\n');
    const check = await checked(files, { label: 'label', sensitive: ['group'], size: 16 });
    const share = (measure: string) => found(check, 'textQuality', 'all rows', measure)[0];
    expect(share('without a word')).toMatchObject({ value: 0.125, severity: 'warning' });
    expect(share('boilerplate')).toMatchObject({ value: 0.125, severity: 'warning' });
    expect(share('unreadable')).toMatchObject({ value: 0.125, severity: 'warning' });
    expect(share('another language than English')).toMatchObject({ value: 0.125, severity: 'warning' });
    expect(share('markup')).toMatchObject({ value: 0, severity: 'info' });
    expect(found(check, 'textQuality', 'group a', 'without a word')[0]).toMatchObject({ severity: 'warning', value: 0.25 }); // prettier-ignore
    expect(found(check, 'size', 'length of captions in characters, group a')[0]?.severity).toBe('warning');
  });
});

it('texts are compared in length between groups, and give the group away by it', async () => {
  const lines = Array.from({ length: 80 }, (_, at) => JSON.stringify({ text: at % 2 ? `short words ${at} here` : `a longer text with many more words in it ${at}`, label: at % 3 ? 'x' : 'y', sex: at % 2 ? 'f' : 'm' })); // prettier-ignore
  const check = await checked({ 't.jsonl': lines.join('\n') }, { text: 'text', label: 'label', sensitive: ['sex'] }, 't.jsonl'); // prettier-ignore
  expect(found(check, 'size', 'length of texts in characters, sex m')[0]).toMatchObject({ value: 1, severity: 'warning' }); // prettier-ignore
  expect(found(check, 'proxy', 'words of texts → sex m')[0]?.value).toBe(1);
  expect(check.notAssessed).toEqual([]);
});

it('series are compared in how much of them was measured', async () => {
  const values = Array.from({ length: 60 * 8 }, (_, at) =>
    (at >> 3) % 2 === 1 && at % 8 > 3 ? NaN : at % 5,
  );
  const people = Array.from({ length: 60 }, (_, at) => `s${at},${at % 2 ? 'f' : 'm'},${at % 3 ? 'yes' : 'no'}`); // prettier-ignore
  const files = {
    'x.npy': npy([60, 8, 1], values),
    'subjects.npy': npy([60], Array.from({ length: 60 }, (_, at) => `s${at}`), '<U3'),
    'people.csv': `subject,sex,answer\n${people.join('\n')}\n`,
  }; // prettier-ignore
  const check = await checked(files, { label: 'answer', sensitive: ['sex'] });
  const [women] = found(check, 'size', 'measured steps of a series, sex f');
  expect(women).toMatchObject({ value: 0, severity: 'warning' });
  expect(women?.finding).toBe('measured steps of a series of sex f: median 4, of others 8.');
});

describe('labels', () => {
  /** Two clouds far apart; ten rows of women lie in the other one. */
  const rows = Array.from({ length: 400 }, (_, at) => {
    const odd = at % 2;
    const wrong = at < 40 && at % 4 === 1;
    return `${odd * 10 + (at % 7) / 10},${odd * 10 + (at % 11) / 10},${wrong ? 'no' : odd ? 'yes' : 'no'},${at < 40 ? 'f' : 'm'}`;
  });
  const files = { 't.csv': `x,y,label,sex\n${rows.join('\n')}\n` };

  it('that their nearest neighbours contradict are counted, and the group that has more of them', async () => {
    const check = await checked(files, { label: 'label', sensitive: ['sex'] }, 't.csv');
    expect(found(check, 'labelNoise', 'all rows')[0]).toMatchObject({ value: 0.025, severity: 'info' });
    expect(found(check, 'labelNoise', 'sex f')[0]).toMatchObject({ value: 0.25, severity: 'warning' });
  });

  it('are checked on a thread, which tells how far it is and can be ended', async () => {
    const folder = folderWith(files);
    const { stored } = await importPath(`${folder}/t.csv`, { label: 'label', sensitive: ['sex'] });
    const heard: string[] = [];
    const job = checkJobOf(stored, { sex: { f: 0.5 } }, '2026-11-22T00:00:00.000Z');
    const check = await runCheck(job, { onProgress: (_, detail) => heard.push(detail) });
    expect(check).toMatchObject({ rows: 400, created: '2026-11-22T00:00:00.000Z' });
    expect(heard).toEqual(expect.arrayContaining(['reading samples', 'proxies', 'labels']));
    const ending = new AbortController();
    const ended = runCheck(job, { signal: ending.signal, onProgress: () => ending.abort() });
    await expect(ended).rejects.toMatchObject({ code: 'cancelled', message: 'The check was cancelled.' });
    await expect(runCheck({ ...job, reference: { age: {} } })).rejects.toMatchObject({ code: 'usage' });
  }, 30_000);
});

it.each([
  ['the cat is on the mat', 'Latin', 'English'],
  ['der Hund und die Katze', 'Latin', 'German'],
  ['le chat est dans la maison', 'Latin', 'French'],
  ['el perro y los gatos', 'Latin', 'Spanish'],
  ['кошка сидит на окне', 'Cyrillic', null],
  ['红色的汽车', 'Han', null],
  ['red car', 'Latin', null],
  ['123 !', null, null],
])('%s is of script %s and language %s', (text, script, language) => {
  expect([scriptOf(text), languageOf(wordsOf(text))]).toEqual([script, language]);
});
