import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { applyLinearProbe, predictedCodes, trainLinearProbe } from '../../../main/engine/probes/linear.ts';

/** Three clouds in four dimensions, one of which never changes and one of which has a scale of its own. */
function clouds(seed: number, count: number, labelled = true) {
  const rng = Rng.stream(seed, 'clouds');
  const codes = Int32Array.from({ length: count }, () => rng.below(3));
  const data = new Float32Array(count * 4);
  codes.forEach((code, row) => {
    const angle = (2 * Math.PI * code) / 3;
    data.set(
      [Math.cos(angle) + 0.3 * rng.normal(), 1000 * (Math.sin(angle) + 0.3 * rng.normal()), 7, rng.normal()],
      row * 4,
    );
  });
  return {
    rows: count,
    columns: 4,
    data,
    codes: labelled ? codes : Int32Array.from(codes, () => rng.below(3)),
  };
}
const settings = { epochs: 40, learningRate: 0.05, weightDecay: 1e-4 };
let engine: Engine;
beforeAll(async () => {
  engine = await onnx.activate({ device: 'cpu', threads: 1 });
});
const right = (predicted: Int32Array, codes: Int32Array): number =>
  predicted.filter((code, i) => code === codes[i]).length / codes.length;

describe('the linear probe', () => {
  it('separates what is separable, whatever the scale of the dimensions', async () => {
    const probe = await trainLinearProbe(engine, clouds(1, 600), 3, settings, Rng.stream(1, 'probe'));
    const test = clouds(2, 600);
    expect(right(predictedCodes(applyLinearProbe(probe, test), 3), test.codes)).toBeGreaterThan(0.97);
    expect(probe.scale[2]).toBe(0);
  });
  it('finds nothing in labels that are drawn by lot', async () => {
    const probe = await trainLinearProbe(engine, clouds(1, 600, false), 3, settings, Rng.stream(1, 'probe'));
    const test = clouds(2, 600, false);
    expect(right(predictedCodes(applyLinearProbe(probe, test), 3), test.codes)).toBeLessThan(0.45);
  });
  it('gives the same probe for the same seed, and probabilities that sum to one', async () => {
    const [first, second] = [
      await trainLinearProbe(engine, clouds(1, 300), 3, settings, Rng.stream(1, 'probe')),
      await trainLinearProbe(engine, clouds(1, 300), 3, settings, Rng.stream(1, 'probe')),
    ];
    expect(second).toEqual(first);
    const scores = applyLinearProbe(first, clouds(3, 5));
    for (let row = 0; row < 5; row++)
      expect((scores[3 * row] ?? 0) + (scores[3 * row + 1] ?? 0) + (scores[3 * row + 2] ?? 0)).toBeCloseTo(
        1,
        6,
      );
  });
  it('works with fewer samples than a batch', async () => {
    const probe = await trainLinearProbe(engine, clouds(1, 20), 3, settings, Rng.stream(1, 'probe'));
    expect(probe.weight.every(Number.isFinite)).toBe(true);
  });
});
