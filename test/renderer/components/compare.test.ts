import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { auditedMetrics } from '../../../renderer/components/auditedMetrics.ts';
import { runArms, samplesPerStep } from '../../../renderer/components/runArms.ts';
import type { RunComparison } from '../../../preload/contract/vocabulary.ts';
import { audit } from '../fixtures/audit.ts';
import { catalog } from '../fixtures/catalog.ts';
import { runRow } from '../fixtures/rows.ts';
import { fixtureBridge } from '../fixtures/bridge.ts';
import { openAt } from './openAt.ts';

afterEach(cleanup);

const runs = [runRow(0, { seed: 1 }), runRow(2, { seed: 2 }), runRow(3, { seed: 1 })];
const comparison: RunComparison = {
  runs,
  configDiff: [
    { path: 'seed', values: ['1', '2', '1'] },
    { path: 'batchSize', values: ['64', '64', '128'] },
  ],
  metrics: [{ metric: 'knn', values: [0.7, 0.8, null] }],
};

describe('runArms', () => {
  it('puts runs together that differ in nothing but the seed', () => {
    expect(runArms(comparison).map((arm) => [arm.label, arm.runs.map((run) => run.id)])).toEqual([
      ['amber-lake, 2 seeds', ['r0', 'r2']],
      ['plain-oak, seed 1', ['r3']],
    ]);
  });
  it('knows samples of a step only where a row tells', () => {
    expect(samplesPerStep(runs[0] as never)).toBeCloseTo(317_000 / 2480);
    expect(samplesPerStep({ cost: null, progress: null })).toBeNull();
  });
});

describe('auditedMetrics', () => {
  it('takes the audit’s own word for the best where the same runs are compared', () => {
    const best = (ids: readonly string[], metric: string) =>
      auditedMetrics(audit, ids, catalog.metrics).find((row) => row.metric === metric)?.best;
    expect(best(['r6', 'r2'], 'truePositiveRate')).toBe('r2');
    expect(best(['r6', 'r2'], 'accuracy')).toBeNull();
    expect(best(['r6', 'r2', 'r3'], 'truePositiveRate')).toBeNull();
  });
});

describe('Compare', () => {
  const bridge = () => fixtureBridge({ 'runs.compare': () => comparison });

  it('averages seeds, when asked, into one line an arm', async () => {
    const { app, settle } = await openAt('#/compare?runs=r0,r2,r3&metrics=knn', bridge());
    expect(
      screen.getByRole('img', { name: /^kNN accuracy: amber-lake, seed 1 .*north-sand, seed 3 .*plain-oak/ }),
    ).toBeTruthy();
    await fireEvent.change(screen.getByRole('combobox', { name: 'seeds' }), { target: { value: 'mean' } });
    await settle();
    expect(app.router.query['seeds']).toBe('mean');
    expect(
      screen.getByRole('img', { name: /^kNN accuracy: amber-lake, 2 seeds [^,]+, plain-oak, seed 1 [^,]+$/ }),
    ).toBeTruthy();
  });

  it('switches runs off in the legend, and keeps that in the address', async () => {
    const { app, settle } = await openAt('#/compare?runs=r0,r2,r3&metrics=knn', bridge());
    await fireEvent.click(screen.getByRole('button', { name: 'Draw plain-oak, seed 1' }));
    await settle();
    expect(app.router.query['hidden']).toBe('r3');
    expect(screen.queryByRole('img', { name: /^kNN accuracy.*plain-oak/ })).toBeNull();
  });

  it('finds names in a long legend', async () => {
    const { settle } = await openAt('#/compare?runs=r0,r1,r2,r3,r4,r5,r6,r7&metrics=knn');
    await fireEvent.input(screen.getByRole('searchbox', { name: 'Find a run in the legend' }), {
      target: { value: 'late' },
    });
    await settle();
    expect(within(screen.getByRole('list', { name: 'Runs drawn' })).getAllByRole('button')).toHaveLength(1);
  });

  it('draws settings against results, each run a link', async () => {
    await openAt('#/compare?runs=r0,r2,r3&sx=batchSize', bridge());
    const scatter = within(screen.getByRole('group', { name: 'Scatter of kNN accuracy over batchSize' }));
    expect(scatter.getAllByRole('link').map((link) => link.getAttribute('aria-label'))).toEqual([
      'amber-lake, seed 1: batchSize 64, kNN accuracy .7',
      'north-sand, seed 2: batchSize 64, kNN accuracy .8',
    ]);
    expect(
      within(
        screen.getByRole('group', { name: /^Parallel coordinates of 3 runs over seed, batchSize/ }),
      ).getAllByRole('link'),
    ).toHaveLength(3);
  });

  it('shows how alike encoders are where an audit of representations holds them', async () => {
    await openAt('#/compare?runs=r6,r2&metrics=knn');
    expect(screen.getByRole('region', { name: 'CKA of north-sand against pale-ridge' })).toBeTruthy();
    cleanup();
    await openAt('#/compare?runs=r0,r1&metrics=knn');
    expect(screen.queryByRole('region', { name: /^CKA/ })).toBeNull();
  });
});
