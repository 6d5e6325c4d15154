import { describe, expect, test } from 'vitest';
import { withChosenOn } from '../../main/api/audits/chosenOn.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../main/audits/audit.ts';
import { REPORT_FORMAT_IDS } from '../../main/audits/reportFormats.ts';
import { doAudit } from '../../main/audits/auditJob.ts';
import { drawerOf } from '../../main/audits/drawPlan.ts';
import { thresholdsOf } from '../../main/audits/selection.ts';
import { auditToJson, auditToWords } from '../../main/serve/auditText.ts';
import type { Audit, AuditOptions } from '../../preload/contract/vocabulary.ts';
import { reportInput, reportText } from './reports.ts';
import { facts, made, options, withOptions } from './tables.ts';

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

test('a table of predictions that was audited before with another threshold is marked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-selected-'));
  try {
    const path = join(folder, 'p.csv');
    writeFileSync(
      path,
      `y,s,g\n${Array.from({ length: 40 }, (_, row) => `${row % 2},0.${(row % 9) + 1},${'AB'[row % 2]}`).join('\n')}\n`,
    );
    const columns = {
      truth: 'y',
      prediction: null,
      score: 's',
      subject: null,
      positive: null,
      features: ['g'],
    };
    const audited = (threshold: number, earlier: readonly { digest: string; thresholds: string }[]) =>
      doAudit(
        { kind: 'predictions', path, columns, facts, options: { ...options, features: ['g'], metrics: ['accuracy'], draws: 200, threshold }, earlier }, // prettier-ignore
        (plan, tasks) => Promise.resolve(tasks.map(drawerOf(plan))),
        () => undefined,
      );
    const first = await audited(0.5, []);
    expect(first.selectedOnAuditData).toBeUndefined();
    const looks = [{ digest: first.hashes['predictions'] ?? '', thresholds: thresholdsOf(first.options) }];
    expect((await audited(0.4, looks)).selectedOnAuditData).toEqual(['threshold']);
    expect((await audited(0.5, looks)).selectedOnAuditData).toBeUndefined();
    expect((await audited(0.4, [{ digest: 'other', thresholds: looks[0]?.thresholds ?? '' }])).selectedOnAuditData).toBeUndefined(); // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true });
  }
});
