import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, test } from 'vitest';
import type { AuditGroup, Disparity } from '../../preload/contract/vocabulary.ts';

const shared = join(import.meta.dirname, '../../../shared/data');
const present = existsSync(join(shared, 'compas')) && existsSync(join(shared, 'adult'));
if (!present) console.warn(`skipped COMPAS and Adult: they are not in ${shared}`);

const folder = mkdtempSync(join(tmpdir(), 'pretext-published-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Printed {
  readonly groups: readonly AuditGroup[];
  readonly disparities: readonly Disparity[];
}

/** What `pretext audit --predictions` prints of a table. */
async function auditOf(lines: readonly string[], ...args: readonly string[]): Promise<Printed> {
  const path = join(folder, 'predictions.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      'main/serve/cli.ts',
      '--workspace',
      join(folder, 'workspace'),
      '--json',
      'audit',
      '--predictions',
      path,
      ...args,
    ],
    { maxBuffer: 2 ** 28 },
  );
  return JSON.parse(stdout) as Printed;
}

const digits = (
  { groups }: Printed,
  feature: string,
  value: string,
  ids: readonly string[],
): readonly unknown[] => {
  const group = groups.find((one) => one.group[feature] === value);
  return [group?.n, ...ids.map((id) => group?.metrics[id]?.value?.toFixed(5))];
};

describe.skipIf(!present)('published numbers, through the command line', () => {
  test('COMPAS: selection rate, TPR, FPR and precision by race', async () => {
    const rows: Record<string, string>[] = parse(
      readFileSync(join(shared, 'compas/compas-scores-two-years.csv')),
      {
        columns: true,
      },
    );
    const kept = rows.filter(
      (row) =>
        row['days_b_screening_arrest'] !== '' &&
        Math.abs(Number(row['days_b_screening_arrest'])) <= 30 &&
        row['is_recid'] !== '-1' &&
        row['c_charge_degree'] !== 'O' &&
        row['score_text'] !== 'N/A',
    );
    expect(kept).toHaveLength(6172);
    const lines = kept.map((row) =>
      [row['two_year_recid'], row['score_text'] === 'Low' ? '0' : '1', row['race']].join(','),
    );
    const ids = ['selectionRate', 'truePositiveRate', 'falsePositiveRate', 'precision'];
    const printed = await auditOf(
      ['y,p,race', ...lines],
      ...[
        '--truth',
        'y',
        '--prediction',
        'p',
        '--features',
        'race',
        '--metrics',
        ids.join(),
        '--draws',
        '200',
      ],
    );
    expect(digits(printed, 'race', 'African-American', ids)).toEqual([
      3175,
      '0.57606',
      '0.71523',
      '0.42338',
      '0.64954',
    ]);
    expect(digits(printed, 'race', 'Caucasian', ids)).toEqual([
      2103,
      '0.33096',
      '0.50365',
      '0.22014',
      '0.59483',
    ]);
  });

  test('Adult: demographic parity of the label by sex', async () => {
    const read = (name: string): readonly string[] =>
      readFileSync(join(shared, 'adult', name), 'utf8')
        .split('\n')
        .filter((line) => line.includes(','));
    const lines = [...read('adult.data'), ...read('adult.test')].map((line) => {
      const fields = line.split(',').map((field) => field.trim());
      return [fields[14]?.startsWith('>50K') ? 1 : 0, fields[9]].join(',');
    });
    const printed = await auditOf(
      ['y,sex', ...lines],
      ...[
        '--truth',
        'y',
        '--prediction',
        'y',
        '--features',
        'sex',
        '--metrics',
        'selectionRate',
        '--draws',
        '200',
      ],
    );
    expect(digits(printed, 'sex', 'Male', ['selectionRate'])[1]).toBe('0.30377');
    expect(digits(printed, 'sex', 'Female', ['selectionRate'])[1]).toBe('0.10925');
    const found = (kind: string): string | undefined =>
      printed.disparities
        .find((one) => one.kind === kind && one.relativeTo === 'betweenGroups')
        ?.value?.toFixed(5);
    expect([found('difference'), found('ratio')]).toEqual(['0.19452', '0.35966']);
  });
});
