import { beforeAll, describe, expect, it } from 'vitest';
import type { RepresentationAudit, RepresentedLayer } from '../../../preload/contract/vocabulary.ts';
import { performOnThreads } from '../../../main/audits/representation/pool.ts';
import { auditRepresentations } from '../../../main/audits/representation/representationAudit.ts';
import { linearCka } from '../../../main/fairness/representation/cka.ts';
import { rankme } from '../../../main/fairness/representation/rankme.ts';
import { uniformity } from '../../../main/fairness/representation/uniformity.ts';
import { made, matrix, model } from './made.ts';

describe('an audit of representations that hold sex', { timeout: 60_000 }, () => {
  let audit: RepresentationAudit;
  let layer: RepresentedLayer;
  beforeAll(async () => {
    audit = await auditRepresentations(made({ probes: ['logistic', 'mlp'] }));
    [layer] = audit.models[0]?.layers as [RepresentedLayer];
  }, 60_000);

  it('measures everybody as the plain measures do', () => {
    const [{ layers }] = made().models as [ReturnType<typeof model>];
    const given = layers[0]?.matrix as ReturnType<typeof matrix>;
    const { effectiveRank, uniformity: spread, alignment, knnAccuracy } = layer.overall.measures;
    expect(effectiveRank.value).toBeCloseTo(rankme(given) ?? NaN, 9);
    expect(spread.value).toBeCloseTo(uniformity(given) ?? NaN, 9);
    expect(alignment).toEqual({ value: null, low: null, high: null, reason: 'no two views of the rows were given' }); // prettier-ignore
    expect(knnAccuracy.value).toBeGreaterThan(0.85);
    expect(layer.overall).toMatchObject({ n: 240, subjects: 120, equalRows: 240 });
  });

  it('compares groups at equally many rows; unknown is counted and not compared', () => {
    expect(layer.groups.map(({ group, n, equalRows }) => [group, n, equalRows])).toEqual([
      ['male', 144, 60],
      ['female', 72, 60],
      ['unknown', 24, 0],
    ]);
    expect(layer.groups[2]?.measures.effectiveRank).toEqual({
      value: null,
      low: null,
      high: null,
      reason: 'rows of unknown value are counted and not compared',
    });
    expect(audit.notes).toContain(
      'sex unknown: 24 rows, rows of unknown value are counted and not compared.',
    );
  });

  it('finds the groups apart: distances and shares of neighbours beyond every shuffle', () => {
    expect(layer.distances.map(({ group, other, n }) => [group, other, n])).toEqual([['male', 'female', 60]]);
    for (const measure of ['centroid', 'mmd'] as const)
      expect(layer.distances[0]?.measures[measure]).toMatchObject({
        p: 0.01,
        adjustment: 'benjaminiHochberg',
      });
    const { value, low, high, nullRange } = layer.distances[0]?.measures.centroid ?? {};
    expect(low).toBeLessThan(value ?? NaN);
    expect(high).toBeGreaterThan(value ?? NaN);
    expect(nullRange?.[1]).toBeLessThan(low ?? NaN);
    const [all] = layer.neighbours;
    expect(all).toMatchObject({ group: null, n: 216, p: 0.01 });
    expect(all?.value).toBeGreaterThan((all?.base ?? NaN) + 0.2);
    expect(all?.nullRange?.[1]).toBeLessThan(all?.value ?? NaN);
  });

  it('tells sex from the representation and from nothing else, by both probes and within each class', () => {
    const of = (probe: string | null, input: string, given: string | null = null) =>
      layer.leakage.find((row) => row.probe === probe && row.input === input && row.given === given);
    for (const probe of ['logistic', 'mlp']) {
      expect(of(probe, 'representation')?.balancedAccuracy.value).toBeGreaterThan(0.85);
      for (const input of ['rawInput', 'untrained', 'shuffled']) {
        expect(of(probe, input)?.balancedAccuracy.value).toBeLessThan(0.7);
        expect(of(probe, input)?.gain?.low).toBeGreaterThan(0);
      }
    }
    expect(of(null, 'majority')).toMatchObject({
      balancedAccuracy: { value: 0.5, low: null },
      auroc: { value: 0.5 },
    });
    expect(of('logistic', 'representation')).toMatchObject({ trained: 144, tested: 72, gain: null });
    expect(of('logistic', 'representation', 'yes')?.balancedAccuracy.value).toBeGreaterThan(0.8);
    expect(layer.leakage.filter(({ input }) => input === 'majority')).toHaveLength(3);
  });

  it('says nothing of what probes learnt: no weights, no scores, no predictions', () => {
    const text = JSON.stringify(audit);
    for (const word of ['coefficients', 'weights', 'scores', 'predicted'])
      expect(text).not.toContain(`"${word}"`);
  });

  it('is the same, byte for byte, on threads', async () => {
    const input = made({ draws: 100 });
    const entry = new URL('../../../main/audits/worker.ts', import.meta.url);
    const [here, there] = [await auditRepresentations(input), await auditRepresentations(input, performOnThreads(entry, 3))]; // prettier-ignore
    expect(JSON.stringify(there)).toBe(JSON.stringify(here));
  });
});

describe('several models', { timeout: 60_000 }, () => {
  it('are compared with the first, everybody, by group and in a mixed control of as many rows', async () => {
    const input = made({ probes: [] });
    const label = input.table.target?.codes ?? new Int16Array(0);
    const other = matrix(9, null, label);
    const audit = await auditRepresentations({ ...input, models: [...input.models, model('other', other)] });
    const rows = audit.similarities.map(({ model: of, baseline, feature, group, n }) => [of, baseline, feature, group, n]); // prettier-ignore
    expect(rows).toEqual([
      [1, 0, null, null, 240],
      [1, 0, 'sex', 'male', 60],
      [1, 0, 'sex', 'female', 60],
      [1, 0, 'sex', null, 60],
    ]);
    const plain = linearCka(other, input.models[0]?.layers[0]?.matrix ?? other);
    expect(audit.similarities[0]?.biased.value).toBeCloseTo(plain.biased ?? NaN, 9);
    expect(audit.similarities[0]?.unbiased.value).toBeCloseTo(plain.unbiased ?? NaN, 9);
    expect(audit.runs).toEqual(['apart', 'other']);
  });

  it('of one model its layers are compared with earlier ones', async () => {
    const input = made({ probes: [], draws: 100, permutations: 99, subsamples: 1 });
    const [first] = input.models;
    const layers = first?.layers.flatMap((layer) => [layer, { ...layer, layer: 'embedding' }]) ?? [];
    const audit = await auditRepresentations({ ...input, models: first ? [{ ...first, layers }] : [] });
    expect(audit.similarities[0]).toMatchObject({ layer: 'embedding', baselineLayer: 'representation', biased: { value: expect.closeTo(1, 9) as number } }); // prettier-ignore
    expect(audit.models[0]?.layers.map(({ layer }) => layer)).toEqual(['representation', 'embedding']);
  });
});

describe('association tests of an audit', { timeout: 60_000 }, () => {
  const test = {
    name: 'sex and label',
    x: { column: 'sex', value: 'female' },
    y: { column: 'sex', value: 'male' },
    a: { column: 'sex', value: 'female' },
    b: { column: 'sex', value: 'male' },
    role: 'test',
  } as const;
  const run = async (change: object) => {
    const input = made({
      probes: [],
      permutations: 99,
      subsamples: 1,
      associations: [{ ...test, ...change }],
    });
    return (await auditRepresentations(input)).models[0]?.layers[0]?.associations[0];
  };

  it('stand beside the untrained encoder, adjusted by Holm', async () => {
    const found = await run({});
    expect(found).toMatchObject({ sizes: [72, 144, 72, 144], exact: false, partitions: 10_000, p: 0.0001, adjustment: 'holm' }); // prettier-ignore
    expect(found?.effect).toBeGreaterThan(1);
    expect(found?.untrained?.p).toBeGreaterThan(0.0001);
  });

  it('of few rows say so, and benign controls stay out of the family', async () => {
    const names = (from: number) => ({ names: [`row${from}`, `row${from + 2}`, `row${from + 4}`] });
    const found = await run({ x: names(0), y: names(10), a: names(20), b: names(30), role: 'benign' });
    expect(found).toMatchObject({ exact: true, partitions: 20, reason: 'fewer than 8 rows in a set: the effect is mostly chance' }); // prettier-ignore
    expect(found?.pAdjusted).toBeUndefined();
  });

  it.each([
    [{ x: { column: 'colour', value: 'red' } }, 'Set X of "sex and label" asks for the column "colour", which is not there.'], // prettier-ignore
    [
      { a: { column: 'sex', value: 'other' } },
      'Set A of "sex and label" is empty: no row has sex = "other".',
    ],
    [
      { b: { names: ['row0', 'nobody'] } },
      'Set B of "sex and label" names the row "nobody", which is not there.',
    ],
    [{ y: { column: 'sex', value: 'female' } }, 'X and Y of "sex and label" share rows.'],
  ])('are refused before anything is computed: %j', async (change, message) => {
    await expect(run(change)).rejects.toMatchObject({ code: 'usage', message });
  });
});

describe('what cannot be audited is said in one sentence', () => {
  it('a feature that is not there', async () => {
    await expect(auditRepresentations(made({ features: ['race'] }))).rejects.toMatchObject({
      code: 'usage',
      message: 'There is no sensitive feature "race" in this data.',
      hint: 'It has sex, site.',
    });
  });

  it('matrices with other rows than the metadata', async () => {
    const input = made();
    const short = { rows: 3, columns: 2, data: new Float32Array(6) };
    await expect(auditRepresentations({ ...input, rawInput: short })).rejects.toMatchObject({
      code: 'invalidData',
      message: 'There are 3 rows of the raw input, but 240 rows of metadata.',
    });
  });

  it('too few rows', async () => {
    const input = made();
    const few = { rows: 2, columns: 2, data: new Float32Array(4) };
    const table = { ...input.table, subjects: Int32Array.of(0, 1) };
    await expect(auditRepresentations({ ...input, table, rawInput: null, models: [model('few', few)] })).rejects.toMatchObject({ message: 'There are 2 rows, too few to say anything about their representations.' }); // prettier-ignore
  });

  it('a feature with one group only: nothing is compared, and that is said', async () => {
    const audit = await auditRepresentations(made({ features: ['site'] }));
    const layer = audit.models[0]?.layers[0];
    expect([layer?.distances, layer?.leakage]).toEqual([[], []]);
    expect(layer?.neighbours[0]?.reason).toBe('no other group to compare with');
    expect(audit.notes).toContain(
      'site has fewer than two groups with enough behind them: nothing is compared.',
    );
  });

  it('with fewer than 20 subjects values stand without intervals', async () => {
    const input = made({ probes: [], features: ['site'] });
    const subjects = input.table.subjects.map((subject) => subject % 12);
    const audit = await auditRepresentations({ ...input, table: { ...input.table, subjects } });
    expect(audit.models[0]?.layers[0]?.overall.measures.uniformity).toMatchObject({
      low: null,
      high: null,
      reason: 'insufficient evidence (12 subjects, needs 20)',
    });
  });
});
