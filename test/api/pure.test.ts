import { describe, expect, it } from 'vitest';
import type { PrimaryMetric } from '../../preload/contract/vocabulary.ts';
import { declare, withUsualMetrics } from '../../main/api/audits/declaration.ts';
import { compareRuns } from '../../main/api/comparison.ts';
import { pageFile } from '../../main/api/pagePolicy.ts';
import { basename } from '../../main/api/pathName.ts';
import type { StoredRun } from '../../main/store/index.ts';

describe('the declaration of the primary metric', () => {
  const accuracy: PrimaryMetric = { metric: 'accuracy', feature: 'sex', group: null, reference: null };
  const precision: PrimaryMetric = { ...accuracy, metric: 'precision' };
  const options = {
    features: ['sex'],
    intersections: true,
    metrics: [],
    primary: null,
    split: 'audit' as const,
    threshold: 0.5,
    positive: null,
    draws: 2000,
    seed: 0,
  };
  const run = (created: string, primary: PrimaryMetric | null) => ({
    created,
    config: { audit: { primary } },
  });
  const now = '2026-11-22T12:00:00.000Z';
  const [early, late] = ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z'];

  it.each([
    ['nobody declares', null, [run(early, null)], null, null],
    ['the audit declares', accuracy, [run(early, null)], accuracy, now],
    ['every run declares the same', null, [run(late, accuracy), run(early, { ...accuracy })], accuracy, late],
    ['audit and runs declare the same', { ...accuracy }, [run(early, accuracy)], accuracy, early],
    ['the audit declares something else', precision, [run(early, accuracy)], precision, now],
    ['the runs disagree', null, [run(early, accuracy), run(late, precision)], null, null],
    ['only one run declares', null, [run(early, accuracy), run(late, null)], null, null],
    ['there are no runs', accuracy, [], accuracy, now],
  ])('where %s', (_where, primary, runs, expected, declared) => {
    const declaration = declare({ ...options, primary }, runs, now);
    expect(declaration).toEqual({ options: { ...options, primary: expected }, declared });
  });

  it('fills in the usual metrics only where none are named', () => {
    expect(withUsualMetrics({ ...options, metrics: ['auroc'] }).metrics).toEqual(['auroc']);
    expect(withUsualMetrics(options).metrics).toContain('accuracy');
  });
});

describe('comparison of runs', () => {
  const run = (id: string, config: object, loss: number | null): StoredRun =>
    ({
      id,
      config,
      metrics: loss === null ? {} : { loss: { last: loss, min: 0, max: 9, count: 2 } },
      provenance: {},
      results: null,
      checkpoints: [],
      artefacts: [],
    }) as unknown as StoredRun;

  it('shows what differs, by path, and every metric that any run has', () => {
    const comparison = compareRuns([
      run(
        'a',
        {
          seed: 1,
          method: { id: 'simclr', params: { temperature: 0.5 } },
          views: [{ id: 'flip' }],
          audit: { features: ['sex', 'age'] },
        },
        2,
      ),
      run(
        'b',
        {
          seed: 2,
          method: { id: 'rotation', params: {} },
          views: [{ id: 'flip' }],
          audit: { features: ['sex'] },
        },
        null,
      ),
    ]);
    expect(comparison.configDiff).toEqual([
      { path: 'seed', values: ['1', '2'] },
      { path: 'method.id', values: ['simclr', 'rotation'] },
      { path: 'method.params.temperature', values: ['0.5', null] },
      { path: 'audit.features', values: ['["sex","age"]', '["sex"]'] },
    ]);
    expect(comparison.metrics).toEqual([{ metric: 'loss', values: [2, null] }]);
    expect(comparison.runs[0]).not.toHaveProperty('config');
  });
});

describe('paths', () => {
  it.each([
    ['/a/b', 'b'],
    ['/a/b/', 'b'],
    ['C:\\data\\faces', 'faces'],
    ['builtin:coloured-digits', 'builtin:coloured-digits'],
    ['/', '/'],
  ])('%s ends in %s', (path, name) => expect(basename(path)).toBe(name));

  it.each([
    ['/', 'index.html'],
    ['/audits', 'index.html'],
    ['/assets/a.css', 'assets/a.css'],
    ['/../secret.json', null],
    ['/%2e%2e/secret.json', null],
    ['/a%2fb.js', 'a/b.js'],
    ['/a\\b.js', null],
    ['/.env.json', null],
    ['/x.exe', null],
    ['/%ff', null],
    ['/a%00.js', null],
  ])('page %s is served from %s', (path, file) => expect(pageFile(path)?.file ?? null).toBe(file));
});
