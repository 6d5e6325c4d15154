import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf } from '../../main/api/audits/columns.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pretext-columns-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function table(text: string): string {
  const path = join(folder, 'p.csv');
  writeFileSync(path, text);
  return path;
}

describe('columns of a table', () => {
  it('are named with their first values, and whether they are shares', async () => {
    const path = table('truth,score,age\nyes,0.5,31\nno,1,44\nyes,0,31\n');
    expect(await columnsOf(path)).toEqual([
      { name: 'truth', examples: ['yes', 'no'], share: false },
      { name: 'score', examples: ['0.5', '1', '0'], share: true },
      { name: 'age', examples: ['31', '44'], share: false },
    ]);
  });

  it('show at most twelve values, and an empty one is no share', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `${at},`).join('\n');
    const [first, second] = await columnsOf(table(`id,score\n${rows}\n`));
    expect(first?.examples).toHaveLength(12);
    expect(second).toEqual({ name: 'score', examples: [''], share: false });
  });

  it('of a header alone are there without values', async () => {
    expect(await columnsOf(table('a,b\n'))).toEqual([
      { name: 'a', examples: [], share: false },
      { name: 'b', examples: [], share: false },
    ]);
  });

  it('of a folder, of nothing, and of a table that names one twice are refused', async () => {
    await expect(columnsOf(folder)).rejects.toMatchObject({ code: 'invalidData', hint: 'Give a CSV file.' });
    await expect(columnsOf(join(folder, 'gone.csv'))).rejects.toThrow(/gone\.csv/);
    await expect(columnsOf(table('a,a\n1,2\n'))).rejects.toMatchObject({ code: 'invalidData' });
  });
});
