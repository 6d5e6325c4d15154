import { describe, expect, it, vi } from 'vitest';
import { chartTable, lastValue } from '../../../renderer/lib/chartTable.ts';
import { toTsv } from '../../../renderer/lib/delimited.ts';
import { groupId, groupName } from '../../../renderer/lib/groups.ts';
import { deepest, groupTotals } from '../../../renderer/lib/groupSizes.ts';
import { latest, paced } from '../../../renderer/lib/latest.ts';
import { groupOfMetric, metricName } from '../../../renderer/lib/metricNames.ts';
import { seriesColour, seriesDash } from '../../../renderer/lib/palette.ts';
import { lineOfPath, valueAt, withValue } from '../../../renderer/lib/paths.ts';
import { rgbaOf } from '../../../renderer/lib/pixels.ts';
import { parseFilter } from '../../../renderer/lib/runFilter.ts';
import { extent, place, rounded, symmetric } from '../../../renderer/lib/scale.ts';
import { smoothed } from '../../../renderer/lib/smooth.ts';
import { sortedBy } from '../../../renderer/lib/sorting.ts';
import { groupMetric } from '../../../main/engine/metricNames.ts';

describe('axes', () => {
  it('finds the extent of what is finite', () => {
    expect(extent([0.3, null, NaN, 0.7, undefined])).toEqual([0.3, 0.7]);
    expect(extent([null])).toBeNull();
  });

  it('widens to tenths within the limits, and to halves of tenths around 0', () => {
    expect(rounded([0.63, 0.88], [0, 1])).toEqual([0.6, 0.9]);
    expect(rounded([0.97, 0.99], [0, 1])).toEqual([0.9, 1]);
    expect(rounded(null, [0, 1])).toEqual([0, 1]);
    expect(symmetric([-0.02, 0.11])).toEqual([-0.15, 0.15]);
  });

  it('holds places within the axis', () => {
    expect([place(0.75, [0.5, 1]), place(2, [0, 1]), place(-1, [0, 1])]).toEqual([50, 100, 0]);
  });
});

describe('curves', () => {
  it('smooths without a biased start, and leaves undefined values alone', () => {
    expect(smoothed([1, 1, 1], 0.9)).toEqual([1, 1, 1].map((value) => expect.closeTo(value, 12) as number));
    expect(smoothed([0, 10], 0.5)[1]).toBeCloseTo(20 / 3, 12);
    expect(smoothed([1, NaN, 3], 0.5)[1]).toBeNaN();
    expect(smoothed([4, 2], 0)).toEqual([4, 2]);
  });

  it('lays curves of different x into one table', () => {
    const curves = [{ label: 'a', x: [1, 2], y: [0.1, 0.2] }, { label: 'b', x: [2, 3], y: [0.5, NaN] }];
    expect(chartTable(curves)).toEqual([{ x: 1, values: [0.1, null] }, { x: 2, values: [0.2, 0.5] }, { x: 3, values: [null, NaN] }]);
    expect(curves.map(lastValue)).toEqual([0.2, 0.5]);
  });

  it('repeats colours with dashes', () => {
    expect([seriesColour(0), seriesColour(8), seriesColour(15)]).toEqual(['var(--c1)', 'var(--c1)', 'var(--c8)']);
    expect(seriesDash(3)).toEqual([]);
    expect(seriesDash(8)).not.toEqual([]);
  });
});

describe('tables', () => {
  it('sorts in place of equal rows, undefined last both ways', () => {
    const rows = [{ id: 'a', n: 2 }, { id: 'b', n: null }, { id: 'c', n: 1 }, { id: 'd', n: 2 }];
    const order = (descending: boolean): string => sortedBy(rows, (row) => row.n, descending).map((row) => row.id).join('');
    expect([order(false), order(true)]).toEqual(['cadb', 'adcb']);
    expect(sortedBy(['run 10', 'run 9'], (text) => text, false)).toEqual(['run 9', 'run 10']);
  });

  it('copies cells without tabs, and defuses what a spreadsheet would run', () => {
    expect(toTsv([['a\tb', 1, null], ['=1+1', '-2', true]])).toBe("a b\t1\t\n'=1+1\t-2\ttrue");
  });

  it('sums groups over splits by the number of features', () => {
    const size = (split: string, group: Record<string, string>, n: number) => ({ split, group, n, classCounts: [n, 0] });
    const sizes = [size('audit', { race: 'A' }, 2), size('pretrain', { race: 'A' }, 3), size('audit', { race: 'A', age: 'B' }, 1)];
    expect(groupTotals(sizes, 1)).toEqual([{ id: '{"race":"A"}', group: { race: 'A' }, n: 5, bySplit: { audit: 2, pretrain: 3 }, classCounts: [5, 0] }]);
    expect(deepest(sizes)).toBe(2);
    expect(groupName({ race: 'A', age: 'B' })).toBe('A, B');
    expect(groupId({ race: 'A', age: 'B' })).toBe(groupId({ age: 'B', race: 'A' }));
  });
});

describe('the filter of runs', () => {
  const run = { text: 'amber-lake simclr running', fields: { method: 'simclr', status: 'running' }, numbers: { knn: 0.87, 'knn/worst': 0.7, worst: null } };
  const holds = (query: string): boolean => parseFilter(query).test?.(run) ?? false;

  it.each([
    ['', true], ['amber', true], ['AMBER sim', true], ['amber oak', false], ['method:simclr|byol', true], ['method:byol', false],
    ['knn>.8', true], ['knn<=.8', false], ['knn/worst>=.7', true], ['worst>0', false], ['-status:running', false], ['/lake$/', false], ['/^amber/', true],
  ])('%s', (query, expected) => {
    expect(holds(query)).toBe(expected);
  });

  it('says what is wrong with an expression', () => {
    expect(parseFilter('name:(a').error).toContain('“(a” is not a valid regular expression');
  });
});

describe('paths into a config', () => {
  const config = { method: { id: 'simclr' }, views: [{ id: 'crop', params: { p: 1 } }, { id: 'flip', params: { p: 0.5 } }] };

  it('reads and replaces without touching what lies beside', () => {
    expect(valueAt(config, 'views.1.params.p')).toBe(0.5);
    expect(valueAt(config, 'views.7.params.p')).toBeUndefined();
    const next = withValue(config, 'views.1.params.p', 0.2);
    expect(next.views[1]?.params.p).toBe(0.2);
    expect(next.views[0]).toBe(config.views[0]);
    expect(config.views[1]?.params.p).toBe(0.5);
  });

  it('finds the line of a setting in YAML', () => {
    const yaml = 'dataset: d1\nmethod:\n  id: simclr\n  params:\n    temperature: 99\nviews:\n  - id: crop\n    params:\n      p: 1\n  - id: flip\n    params:\n      p: 7\n    enabled: true\nepochs: 10\n';
    expect(lineOfPath(yaml, 'method.params.temperature')).toBe(5);
    expect(lineOfPath(yaml, 'views.1.params.p')).toBe(12);
    expect(lineOfPath(yaml, 'views.1.enabled')).toBe(13);
    expect(lineOfPath(yaml, 'epochs')).toBe(14);
    expect(lineOfPath(yaml, 'method.params.unheardOf')).toBe(4);
    expect(lineOfPath(yaml, 'unheardOf')).toBeNull();
  });
});

describe('samples and metrics', () => {
  it('turns one and three channels into RGBA', () => {
    expect([...rgbaOf(new Uint8Array([9, 8, 7, 6, 5, 4]), [1, 1, 3], 1)]).toEqual([6, 5, 4, 255]);
    expect([...rgbaOf(new Uint8Array([9, 8]), [1, 1, 1], 1)]).toEqual([8, 8, 8, 255]);
  });

  it('knows a group metric as the trainer names it', () => {
    const id = groupMetric('age', '20–39');
    expect(groupOfMetric(id)).toEqual({ feature: 'age', value: '20–39' });
    expect(metricName(id)).toMatchObject({ family: 'groups', share: true, title: 'age: 20–39' });
    expect(metricName('somethingNew')).toMatchObject({ title: 'Something new', share: false });
  });
});

describe('waiting', () => {
  it('asks once for a burst and drops an overtaken answer', async () => {
    vi.useFakeTimers();
    const accepted: number[] = [];
    const asked: number[] = [];
    const delay: Readonly<Record<number, number>> = { 3: 100, 4: 10 };
    const question = latest<number, number>(20, (argument) => { asked.push(argument); return new Promise((resolve) => setTimeout(() => resolve(argument), delay[argument] ?? 0)); }, (answer) => accepted.push(answer));
    question.ask(1);
    question.ask(3);
    await vi.advanceTimersByTimeAsync(25);
    question.ask(4);
    await vi.advanceTimersByTimeAsync(300);
    expect({ asked, accepted }).toEqual({ asked: [3, 4], accepted: [4] });
    vi.useRealTimers();
  });

  it('runs at most once per pace, and once more after the last request', async () => {
    vi.useFakeTimers();
    let runs = 0;
    const work = paced(100, () => (runs += 1));
    for (let at = 0; at < 10; at++) {
      work.ask();
      await vi.advanceTimersByTimeAsync(30);
    }
    await vi.advanceTimersByTimeAsync(200);
    expect(runs).toBe(3);
    vi.useRealTimers();
  });
});
