import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../main/audits/exports/npy.ts';
import { readMatrix } from '../../../main/audits/representation/matrixFile.ts';
import { readMetadata } from '../../../main/audits/representation/metadataFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-embeddings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a file of embeddings', () => {
  it('is read from NumPy, its further axes as columns, and from CSV', async () => {
    const deep = await readMatrix(
      file(
        'deep.npy',
        encodeNpy(
          [2, 3, 2],
          Float64Array.from({ length: 12 }, (_, at) => at),
        ),
      ),
    );
    expect([deep.matrix.rows, deep.matrix.columns, deep.matrix.data[11]]).toEqual([2, 6, 11]);
    const table = await readMatrix(file('e.csv', 'x,y\n1,-2.5\n3e-2,4\n'));
    expect([...table.matrix.data].map((value) => value.toFixed(3))).toEqual([
      '1.000',
      '-2.500',
      '0.030',
      '4.000',
    ]);
    expect(table.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['x.csv', 'x,y\n1,2\n3,many\n', 'x.csv, line 3: column "y" holds "many", which is not a number.'],
    ['x.csv', 'x,y\n1\n', 'x.csv, line 2 has 1 fields instead of 2.'],
    ['x.csv', 'x,y\n', 'x.csv holds no numbers.'],
    [
      'x.npy',
      encodeNpy([2, 2], Float32Array.of(1, 2, NaN, 4)),
      'x.npy, row 2: column 1 is not a finite number.',
    ],
    ['x.npy', encodeNpy([3, 2], new Float32Array(6)).subarray(0, 140), 'x.npy ends after 1 of 3 rows.'],
    ['x.npy', encodeNpy([0, 2], new Float32Array(0)), 'x.npy holds no numbers.'],
    ['x.npy', 'no array', 'x.npy is not an array of NumPy.'],
  ])('%s that cannot be read is one sentence: %#', async (name, content, message) => {
    await expect(readMatrix(file(name, content))).rejects.toMatchObject({ code: 'invalidData', message });
  });

  it('is no folder and has to be there', async () => {
    await expect(readMatrix(folder)).rejects.toThrow(`${folder} is a folder, not a file of embeddings.`);
    await expect(readMatrix(join(folder, 'none'))).rejects.toMatchObject({ code: 'invalidData' });
  });
});

describe('metadata of embeddings', () => {
  const columns = { label: 'label', subject: 'who', rowName: 'name', features: ['sex'] };

  it('is label, subjects, names and features; what is missing of a feature is unknown', async () => {
    const path = file('m.csv', 'name,who,sex,label\nr1,p,f,yes\nr2,p,,no\nr3,q,m,yes\n');
    const { target, sensitive, subjects, names } = await readMetadata({ path, ...columns });
    expect([target?.classes, [...(target?.codes ?? [])]]).toEqual([
      ['no', 'yes'],
      [1, 0, 1],
    ]);
    expect([sensitive[0]?.values, [...(sensitive[0]?.codes ?? [])]]).toEqual([
      ['f', 'm', 'unknown'],
      [0, 2, 1],
    ]);
    expect([[...subjects], names]).toEqual([
      [0, 0, 1],
      ['r1', 'r2', 'r3'],
    ]);
  });

  it('without subjects has one for every row', async () => {
    const path = file('n.csv', 'sex\nf\nm\n');
    const { target, subjects, names } = await readMetadata({
      path,
      label: null,
      subject: null,
      rowName: null,
      features: ['sex'],
    });
    expect([target, [...subjects], names]).toEqual([null, [0, 1], null]);
  });

  it.each([
    ['name,who,label\nr1,p,yes\n', 'bad.csv has no column "sex".'],
    ['name,who,sex,label\nr1,p,f,\n', 'bad.csv, line 2: column "label" is empty.'],
    ['name,who,sex,label\nr1,,f,no\n', 'bad.csv, line 2: column "who" is empty.'],
    ['name,who,sex,label\n', 'bad.csv has a header but no rows.'],
  ])('%j is refused in one sentence', async (content, message) => {
    await expect(readMetadata({ path: file('bad.csv', content), ...columns })).rejects.toMatchObject({
      code: 'invalidData',
      message,
    });
  });
});
