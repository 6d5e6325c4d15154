import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnx } from '../../main/engine/backends/onnx.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { evaluateRepresentations } from '../../main/engine/evaluateRepresentations.ts';
import { Rng } from '../../main/core/rng.ts';

const SETTINGS = {
  knn: { k: 5, temperature: 0.1 },
  linear: { epochs: 60, learningRate: 0.05, weightDecay: 0 },
  fractions: [0.1, 0.5, 1],
  clusters: 0,
  recallAt: [1, 3],
  seed: 4,
};
const CLASSES = ['a', 'b', 'c'];

let engine: Engine;
beforeAll(async () => void (engine = await onnx.activate({ device: 'cpu', threads: 1 })));
afterAll(() => engine.dispose());

/** Rows around one axis per class, at a distance that a group may lack: group 1 is noise alone. */
function made(count: number, seed: number, noisy: boolean) {
  const rng = Rng.stream(seed, 'rows');
  const codes = Int32Array.from({ length: count }, (_, row) => row % 3);
  const groups = Int16Array.from({ length: count }, (_, row) => (noisy && row % 4 === 0 ? 1 : 0));
  const data = Float32Array.from({ length: 6 * count }, (_, at) => {
    const [row, column] = [Math.floor(at / 6), at % 6];
    const signal = groups[row] === 0 && column === codes[row] ? 8 : 0;
    return signal + rng.normal();
  });
  return { matrix: { rows: count, columns: 6, data }, codes, groups };
}

async function evaluated(noisy: boolean, settings = SETTINGS) {
  const [train, judged] = [made(120, 1, false), made(240, 2, noisy)];
  const target = { name: 'kind', classes: [...CLASSES, 'never'], train: train.codes, judged: judged.codes };
  const groups = [{ feature: 'sort', values: ['clear', 'noisy', 'unknown'], codes: judged.groups }];
  const phases: string[] = [];
  const given = { train: train.matrix, judged: judged.matrix, groups, target, knnTarget: target };
  const findings = await evaluateRepresentations(engine, given, settings, (phase) => phases.push(phase));
  return { findings, phases, judged };
}

describe('an evaluation of representations', () => {
  it('finds everything in clear ones, overall, by class and by group', async () => {
    const { findings, phases } = await evaluated(false);
    expect(findings.map(({ evaluation, metric }) => `${evaluation} ${metric}`)).toEqual([
      'knn accuracy',
      'linear accuracy',
      'fewLabel accuracy',
      'fewLabel accuracy',
      'clustering adjustedMutualInformation',
      'clustering normalisedMutualInformation',
      'retrieval recallAt',
      'retrieval recallAt',
    ]);
    expect(phases).toEqual(['kNN vote', 'linear probe', 'linear probe on 10% of the labels', 'linear probe on 50% of the labels', 'clusters', 'retrieval']); // prettier-ignore
    for (const { evaluation, overall, byClass, byGroup, settings } of findings) {
      expect(overall).toBeGreaterThan(evaluation === 'fewLabel' ? 0.85 : 0.98);
      expect(byClass.map(({ n }) => n)).toEqual([80, 80, 80, 0]);
      expect(byClass.at(-1)?.value).toBeNull();
      expect(byGroup).toMatchObject([
        { feature: 'sort', group: 'clear', n: 240, value: overall },
        { group: 'noisy', n: 0, value: null },
        { group: 'unknown', n: 0, value: null },
      ]);
      if (evaluation === 'fewLabel') expect([12, 60]).toContain(settings['labels']);
      if (evaluation === 'clustering') expect(settings['clusters']).toBe(3);
    }
  }, 60_000);

  it('shows the group that the representation does not serve', async () => {
    const { findings } = await evaluated(true, { ...SETTINGS, clusters: 3 });
    for (const { evaluation, byGroup, overall } of findings.filter(({ settings }) => settings['k'] !== 3)) {
      const [clear, noisy] = byGroup;
      expect([clear?.n, noisy?.n]).toEqual([180, 60]);
      if (evaluation === 'clustering') expect(clear?.value).toBeGreaterThan((noisy?.value ?? 1) + 0.5);
      else {
        expect(noisy?.value).toBeLessThan(0.65);
        expect(0.75 * (clear?.value ?? NaN) + 0.25 * (noisy?.value ?? NaN)).toBeCloseTo(overall ?? NaN, 10);
      }
    }
  }, 60_000);

  it('is the same again from the same seed, and takes other labels with another', async () => {
    const few = { ...SETTINGS, fractions: [0.1], linear: { ...SETTINGS.linear, epochs: 3 } };
    const [once, twice, other] = [
      await evaluated(true, few),
      await evaluated(true, few),
      await evaluated(true, { ...few, seed: 5 }),
    ];
    expect(twice.findings).toEqual(once.findings);
    const fewLabel = ({ findings }: typeof once) =>
      findings.find(({ evaluation }) => evaluation === 'fewLabel');
    expect(fewLabel(other)).not.toEqual(fewLabel(once));
  }, 60_000);
});
