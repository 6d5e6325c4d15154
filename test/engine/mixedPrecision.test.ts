import { describe, expect, it } from 'vitest';
import { cpu } from '../../main/engine/backends/cpu.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { firstLossScale, isOverflow, nextLossScale } from '../../main/engine/lossScale.ts';
import { METRICS } from '../../main/engine/metricNames.ts';
import { methods } from '../../main/engine/registries.ts';
import { largestDeviation, trainSteps } from './parity/steps.ts';
import { checkpointsOf, collectEvents, tinyConfig, tinyData, valuesOf } from './tiny.ts';

const MIXED = { id: 'onnx', device: 'cpu', threads: 1, precision: 'mixed' } as const;
const processor = (): Promise<Engine> => onnx.activate({ device: 'cpu', threads: 1 });

describe('the loss scale', () => {
  it('starts at 65,536, halves after an overflow, doubles after 2,000 good steps, and has an end', () => {
    let current = firstLossScale();
    expect(current).toEqual({ scale: 65536, steady: 0 });
    current = nextLossScale(current, true);
    expect(current).toEqual({ scale: 32768, steady: 0 });
    for (let step = 0; step < 1999; step++) current = nextLossScale(current, false);
    expect(current).toEqual({ scale: 32768, steady: 1999 });
    current = nextLossScale(current, false);
    expect(current).toEqual({ scale: 65536, steady: 0 });
    expect(nextLossScale({ scale: 2 ** 24, steady: 1999 }, false).scale).toBe(2 ** 24);
  });
  it('takes numbers that are none for an overflow while it can be lowered, and then for failure', () => {
    expect(isOverflow({ scale: 4, steady: 0 }, Infinity)).toBe(true);
    expect(isOverflow({ scale: 4, steady: 0 }, NaN)).toBe(true);
    expect(isOverflow({ scale: 4, steady: 0 }, 3)).toBe(false);
    expect(isOverflow({ scale: 1, steady: 0 }, NaN)).toBe(false);
  });
});

/** Barlow Twins divides by the deviations of 8 samples, which enlarges rounding from the first step on. */
const FIRST: Readonly<Record<string, number>> = { barlowTwins: 0.01 };

describe.each(Object.keys(methods) as (keyof typeof methods)[])('mixed precision of %s', (method) => {
  it('begins close to single precision (0.2%) and stays within 3% on average over 20 steps (emulated on the processor)', async () => {
    const engine = await processor();
    const single = (await trainSteps(engine, method)).losses;
    const mixed = (await trainSteps(engine, method, { engine: MIXED })).losses;
    const mean = (losses: readonly number[]): number[] => [
      losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    ];
    expect(largestDeviation(mixed.slice(0, 1), single.slice(0, 1))).toBeLessThan(FIRST[method] ?? 2e-3);
    // SimSiam's loss is a cosine near 0 at first: what is compared there is its distance from -1.
    const [found, expected] = [mean(mixed), mean(single)].map((losses) =>
      method === 'simsiam' ? losses.map((loss) => loss + 1) : losses,
    );
    expect(largestDeviation(found ?? [], expected ?? [])).toBeLessThan(0.03);
    expect(mixed).not.toEqual(single);
  });
});

describe('a run in mixed precision', () => {
  const config = tinyConfig('simclr', { engine: MIXED, epochs: 3, maxSamples: 24 });
  const data = tinyData({ side: 6 });
  it('charts its scale, trains, and resumes bit for bit', async () => {
    const engine = await processor();
    const whole = await collectEvents(config, data, engine);
    expect(valuesOf(whole, METRICS.lossScale).length).toBe(9);
    const checkpoint = checkpointsOf(whole).find(({ step }) => step === 3);
    expect(checkpoint?.header.lossScale?.scale).toBeGreaterThan(1);
    const rest = await collectEvents(config, data, engine, checkpoint ? { resumeFrom: checkpoint } : {});
    expect(checkpointsOf(rest).at(-1)?.tensors).toEqual(checkpointsOf(whole).at(-1)?.tensors);
  });
  it('leaves out a step whose gradients overflow, and lowers the scale', async () => {
    const engine = await processor();
    const [start] = checkpointsOf(await collectEvents(config, data, engine));
    if (!start) throw new Error('There is no first checkpoint.');
    const header = { ...start.header, lossScale: { scale: 2 ** 40, steady: 0 } };
    let asked = 0;
    const wish = () => (asked++ < 2 ? 'go' : 'stop');
    const events = await collectEvents(config, data, engine, { resumeFrom: { ...start, header }, wish });
    const after = checkpointsOf(events).at(-1);
    expect(after?.header).toMatchObject({ step: 1, lossScale: { scale: 2 ** 39, steady: 0 } });
    expect(valuesOf(events, 'loss')).toEqual([]);
    for (const [name, tensor] of Object.entries(start.tensors)) expect(after?.tensors[name]).toEqual(tensor);
  });
  it('is refused by engines that have none', async () => {
    const reference = await cpu.activate({ device: 'cpu', threads: 0 });
    await expect(collectEvents(config, data, reference)).rejects.toThrow(/single precision only/);
  });
});
