import { expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { runAudit } from '../../main/audits/auditRunner.ts';
import type { Audit } from '../../preload/contract/vocabulary.ts';
import { made, withOptions } from './tables.ts';

/** So many rows that scores are put into levels, threads are used, and shuffles are fewer than draws. */
const input = withOptions(made({ n: 24_000, seed: 51, right: [[0.8, 0.75]], perSubject: 6 }), {
  features: ['colour', 'shape'],
  metrics: ['accuracy', 'truePositiveRate', 'precision', 'auroc', 'brier'],
  draws: 1100,
});
// Subjects that keep their features, as people do.
const whole = {
  ...input,
  table: {
    ...input.table,
    sensitive: input.table.sensitive.map((one) => ({
      ...one,
      codes: one.codes.map((_, row) => one.codes[row - (row % 6)] ?? 0),
    })),
  },
};

test('an audit is the same, byte for byte, whatever the number of threads', async () => {
  const one = JSON.stringify(assess(whole));
  expect(one).toContain('500 (metrics of scores: 250) shuffles');
  for (const threads of [2, 3]) {
    const told: number[] = [];
    const audit = await runAudit(
      { kind: 'assess', input: whole, threads },
      { onProgress: (fraction) => told.push(fraction) },
    );
    expect(JSON.stringify(audit) === one, `${threads} threads`).toBe(true);
    expect(told.length).toBeGreaterThan(20);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  }
});

test('draws on levels agree with draws row by row, and the error of levels is stated', () => {
  const fewer = withOptions(whole, { features: ['colour'], draws: 200 });
  const rows = assess(fewer);
  expect(rows.rules.join(' ')).toMatch(/1,024 levels .* AUROC \d\.\de-\d/);
  const few = Array.from({ length: 18_000 }, (_, row) => row);
  const small = (given: typeof input): typeof input => ({
    ...given,
    table: {
      ...given.table,
      truth: Int16Array.from(few, (row) => given.table.truth[row] ?? 0),
      names: null,
      subjects: Int32Array.from(few, (row) => given.table.subjects?.[row] ?? 0),
      sensitive: given.table.sensitive.map((one) => ({ ...one, codes: one.codes.slice(0, 18_000) })),
    },
    models: given.models.map((model) => ({
      ...model,
      names: null,
      predicted: model.predicted.slice(0, 18_000),
      scores: model.scores?.slice(0, 36_000) ?? null,
    })),
  });
  const exact = assess(small(fewer));
  const widthOf = (audit: Audit, metric: string): number => {
    const { low, high } = audit.models[0]?.overall.metrics[metric] ?? {};
    return (high ?? NaN) - (low ?? NaN);
  };
  // Intervals narrow with the square root of the rows.
  for (const metric of ['auroc', 'brier'])
    expect(widthOf(exact, metric) / widthOf(rows, metric)).toBeCloseTo(Math.sqrt(24 / 18), 0);
  expect(exact.rules.join(' ')).not.toContain('levels of about');
});

test('an audit on threads can be cancelled', async () => {
  const stop = new AbortController();
  const running = runAudit(
    { kind: 'assess', input: whole, threads: 2 },
    {
      signal: stop.signal,
      onProgress: (fraction) => {
        if (fraction > 0.2) stop.abort();
      },
    },
  );
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
});
