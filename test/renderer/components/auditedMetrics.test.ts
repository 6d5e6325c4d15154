import { describe, expect, it } from 'vitest';
import type { Audit, MetricEntry } from '../../../preload/contract/vocabulary.ts';
import { auditedMetrics } from '../../../renderer/components/auditedMetrics.ts';
import { audit } from '../fixtures/audit.ts';

const entry = (id: string, higherIsBetter: boolean | null): MetricEntry => ({ id, title: id, summary: '', higherIsBetter });
const ENTRIES = [entry('accuracy', true), entry('falsePositiveRate', false), entry('selectionRate', null)];

/** The fixture's audit with these overall values and this interval of r2 minus r6. */
function auditWith(values: Readonly<Record<string, number | null>>, interval: readonly [number | null, number | null], metric = 'accuracy'): Audit {
  const models = audit.models.map((model) => ({ ...model, overall: { ...model.overall, metrics: { [metric]: { value: values[model.run ?? ''] ?? null, low: null, high: null } } } }));
  const differences = [{ run: 'r2', baseline: 'r6', metric, disparity: null, features: [], group: null, p: null, value: 0, low: interval[0], high: interval[1] }];
  return { ...audit, bests: [], options: { ...audit.options, metrics: [metric] }, models, differences };
}

const best = (given: Audit, runs = ['r6', 'r2']) => auditedMetrics(given, runs, ENTRIES)[0]?.best;

describe('the best of a metric', () => {
  it('is the run whose paired interval excludes the runner-up', () => {
    expect(best(auditWith({ r2: 0.9, r6: 0.8 }, [0.05, 0.15]))).toBe('r2');
    expect(best(auditWith({ r2: 0.7, r6: 0.8 }, [-0.15, -0.05]))).toBe('r6');
  });

  it('is the lower one where lower is better', () => {
    expect(best(auditWith({ r2: 0.1, r6: 0.2 }, [-0.15, -0.05], 'falsePositiveRate'))).toBe('r2');
  });

  it('is nobody where the interval holds 0, is missing, or no direction is better', () => {
    expect(best(auditWith({ r2: 0.9, r6: 0.8 }, [-0.01, 0.15]))).toBeNull();
    expect(best(auditWith({ r2: 0.9, r6: 0.8 }, [null, null]))).toBeNull();
    expect(best({ ...auditWith({ r2: 0.9, r6: 0.8 }, [0.05, 0.15]), differences: [] })).toBeNull();
    expect(best(auditWith({ r2: 0.9, r6: 0.8 }, [0.05, 0.15], 'selectionRate'))).toBeNull();
  });

  it('is nobody while a run that is compared was not audited', () => {
    const given = auditWith({ r2: 0.9, r6: 0.8 }, [0.05, 0.15]);
    expect(best(given, ['r6', 'r2', 'r0'])).toBeNull();
    expect(auditedMetrics(given, ['r6', 'r2', 'r0'], ENTRIES)[0]?.values).toEqual([0.8, 0.9, null]);
  });
});
