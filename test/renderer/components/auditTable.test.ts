import { describe, expect, it } from 'vitest';
import { chosenGroups, unknownCounts } from '../../../renderer/components/auditOrder.ts';
import { auditTable, baselineOf, worstGroup } from '../../../renderer/components/auditTable.ts';
import { disparityRows, DISPARITY_SHOWS, groupingsOf } from '../../../renderer/components/disparityRows.ts';
import type { AuditedModel } from '../../../preload/contract/vocabulary.ts';
import { groupName } from '../../../renderer/lib/groups.ts';
import { audit } from '../fixtures/audit.ts';

const [first] = audit.models as [AuditedModel, ...AuditedModel[]];
const METRIC = 'truePositiveRate';
const names = (rows: ReturnType<typeof auditTable>['rows']): string[] =>
  rows.map((row) => groupName(row.group));

describe('auditTable', () => {
  it('puts every group of one feature beside its reference and beside the baseline', () => {
    const { rows } = auditTable(audit, METRIC, 1);
    const black = rows.find((row) => row.group['race'] === 'Black');
    expect(black?.contrasts.map((one) => one?.reference)).toEqual([{ race: 'White' }, { race: 'White' }]);
    expect(black?.contrasts[0]?.simultaneous).toEqual([expect.closeTo(-0.17), expect.closeTo(-0.07)]);
    expect(black?.differences.map((one) => one?.run)).toEqual(['r2']);
    expect(rows.find((row) => row.group['race'] === 'White')?.contrasts).toEqual([null, null]);
  });

  it('marks the best run where the audit does, and nowhere else', () => {
    expect(auditTable(audit, METRIC, 1).rows.map((row) => row.best)).toEqual([
      1,
      ...Array.from({ length: 9 }, () => null),
    ]);
    expect(auditTable(audit, 'accuracy', 1).rows[0]?.best).toBeNull();
  });

  it('has all depths for depth 0', () => {
    expect(auditTable(audit, METRIC, 0).rows).toHaveLength(1 + first.groups.length);
  });

  it('takes the declared baseline, else the first run', () => {
    expect(baselineOf(audit)?.run).toBe('r6');
    expect(baselineOf({ ...audit, options: { ...audit.options, baseline: 'r2' } })?.run).toBe('r2');
  });

  it('names the worst group among those with enough behind them, in the metric’s direction', () => {
    const known = first.groups.filter(
      ({ group, metrics }) => Object.keys(group).length === 1 && metrics[METRIC]?.low !== null,
    );
    const values = known.map(({ metrics }) => metrics[METRIC]?.value ?? NaN);
    expect(worstGroup(first, METRIC, true)?.value).toBe(Math.min(...values));
    expect(worstGroup(first, METRIC, false)?.value).toBe(Math.max(...values));
  });
});

describe('chosenGroups', () => {
  const { rows } = auditTable(audit, METRIC, 2);
  const choice = { order: 'worst', search: '', supported: false } as const;

  it('puts the worst first, by the worse of the runs, everyone before them', () => {
    const worst = chosenGroups(rows, choice, true);
    expect(worst[0]?.id).toBe('');
    const least = worst
      .slice(1)
      .map((row) => Math.min(...row.values.map((value) => value?.value ?? Infinity)));
    expect(least).toEqual(least.toSorted((a, b) => a - b));
    const most = chosenGroups(rows, choice, false)
      .slice(1)
      .map((row) => Math.max(...row.values.map((value) => value?.value ?? 0)));
    expect(most).toEqual(most.toSorted((a, b) => b - a));
  });

  it('puts groups of which too little is known last, and hides them when asked', () => {
    const single = auditTable(audit, METRIC, 1).rows;
    expect(
      names(chosenGroups(single, choice, true))
        .slice(-2)
        .toSorted(),
    ).toEqual(['Other', 'unknown']);
    expect(names(chosenGroups(single, { ...choice, supported: true }, true))).not.toContain('Other');
  });

  it('finds groups by a part of their name', () => {
    expect(
      names(chosenGroups(rows, { ...choice, search: 'asian' }, true))
        .slice(1)
        .every((name) => name.startsWith('Asian')),
    ).toBe(true);
    expect(chosenGroups(rows, { ...choice, search: 'nobody' }, true)).toHaveLength(1);
  });

  it('orders by size', () => {
    const sizes = chosenGroups(rows, { ...choice, order: 'size' }, true)
      .slice(1)
      .map((row) => row.n);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });
});

describe('disparityRows', () => {
  it('shows unknown values and counts them', () => {
    expect(unknownCounts(auditTable(audit, METRIC, 1).rows)).toEqual([{ feature: 'race', n: 12 }]);
  });

  it('puts the runs’ rows of one disparity under each other', () => {
    const test = DISPARITY_SHOWS.find((show) => show.id === 'reference')?.test ?? (() => false);
    const rows = disparityRows(audit, [4, 2], test);
    expect(rows.map((row) => `${row.model} ${row.disparity.group?.['race'] ?? ''} ${row.colour}`)).toEqual(
      ['Asian', 'Black', 'Other'].flatMap((race) => [`pale-ridge ${race} 4`, `north-sand ${race} 2`]),
    );
    expect(groupingsOf(audit)).toEqual(['race']);
  });
});
