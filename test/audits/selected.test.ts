import { describe, expect, test } from 'vitest';
import { withChosenOn } from '../../main/api/audits/chosenOn.ts';
import { assess } from '../../main/audits/audit.ts';
import { REPORT_FORMAT_IDS } from '../../main/audits/reportFormats.ts';
import { thresholdsOf } from '../../main/audits/selection.ts';
import { auditToJson, auditToWords } from '../../main/serve/auditText.ts';
import type { Audit, AuditOptions } from '../../preload/contract/vocabulary.ts';
import { reportInput, reportText } from './reports.ts';
import { made, options, withOptions } from './tables.ts';

const right = [[0.9, 0.8]] as const;
const marked = reportInput(400, right, { chosenOn: { threshold: 'audit', checkpoint: 'audit' } });
const plain = reportInput(400, right);

test.each(REPORT_FORMAT_IDS)('%s says what was selected on audit data, and only then', async (id) => {
  expect(await reportText(id, marked)).toMatch(/selected(_| |-)?on(_| |-)?audit(_| |-)?data/i);
  const without = await reportText(id, plain);
  if (id !== 'csv') expect(without).not.toMatch(/selected on audit data/i);
});

test('the command line says so before any number, and in JSON', () => {
  const words = auditToWords(marked.audit);
  expect(words.indexOf('SELECTED ON AUDIT DATA: the threshold')).toBeGreaterThan(0);
  expect(words.indexOf('SELECTED ON AUDIT DATA')).toBeLessThan(words.indexOf('everybody'));
  expect(auditToWords(plain.audit)).not.toContain('SELECTED');
  expect(auditToJson(marked.audit)).toMatchObject({ selectedOnAuditData: ['threshold', 'checkpoint'] });
});

test('what was chosen on another split is not marked', () => {
  const audit = assess(
    withOptions(made({ n: 200, seed: 1, right: [[0.9, 0.9]] }), {
      draws: 200,
      chosenOn: { threshold: 'validation' },
    }),
  );
  expect(audit.selectedOnAuditData).toBeUndefined();
});

describe('what the caller does not say', () => {
  const on = { dataset: 'data-1', runs: ['run-1'] };
  const storeWith = (...earlier: readonly Partial<AuditOptions>[]) =>
    ({
      store: {
        audits: {
          list: () =>
            earlier
              .map((_, at) => ({ id: `${at}`, dataset: 'data-1', runs: ['run-1', 'run-9'] }))
              .toReversed(),
          get: (id: string): Pick<Audit, 'options'> => ({ options: { ...options, ...earlier[Number(id)] } }),
        },
      },
    }) as unknown as Parameters<typeof withChosenOn>[0];

  test('a run is watched on validation: its checkpoint was chosen there', () => {
    expect(withChosenOn(storeWith(), { ...options, split: 'validation' }, on).chosenOn).toMatchObject({
      checkpoint: 'validation',
    });
    expect(withChosenOn(storeWith(), options, on)).toBe(options);
    const said = { ...options, split: 'validation' as const, chosenOn: { checkpoint: null } };
    expect(withChosenOn(storeWith(), said, on).chosenOn?.checkpoint).toBeNull();
  });

  test('a threshold that changes after the split was looked at was chosen there', () => {
    const moved = { ...options, threshold: 0.4 };
    expect(withChosenOn(storeWith({}), moved, on).chosenOn).toMatchObject({ threshold: 'audit' });
    expect(withChosenOn(storeWith({ threshold: 0.4 }, {}), moved, on)).toBe(moved);
    expect(withChosenOn(storeWith({ split: 'validation' }), moved, on)).toBe(moved);
    expect(withChosenOn(storeWith({}), moved, { ...on, dataset: 'data-2' })).toBe(moved);
    const byGroup = { ...options, groupThresholds: { feature: 'colour', values: { red: 0.4 } } };
    expect(withChosenOn(storeWith({}), byGroup, on).chosenOn).toMatchObject({ threshold: 'audit' });
  });

  test('equal thresholds are equal in any order of the groups', () => {
    const of = (values: Readonly<Record<string, number>>): string =>
      thresholdsOf({ ...options, groupThresholds: { feature: 'g', values } });
    expect(of({ a: 0.1, b: 0.2 })).toBe(of({ b: 0.2, a: 0.1 }));
    expect(of({ a: 0.1 })).not.toBe(of({ a: 0.2 }));
  });
});
