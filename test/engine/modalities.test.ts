import { beforeAll, describe, expect, it } from 'vitest';
import { defaultsOf } from '../../main/core/params.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import type { Engine } from '../../main/engine/engine.ts';
import type { Encoder } from '../../main/engine/method.ts';
import { encoders, methods } from '../../main/engine/registries.ts';
import type { TrainingData } from '../../main/engine/trainingData.ts';
import { largestDeviation, trainSteps } from './parity/steps.ts';
import { checkpointsOf, collectEvents, referenceEngine, tinyConfig, valuesOf } from './tiny.ts';
import { tinySeries } from './tinySeries.ts';
import { tinyText } from './tinyText.ts';
import { tinyTable } from './tinyTable.ts';

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

/** Encoders that are quick enough for a test. */
const SMALL: Readonly<Record<string, number>> = { width: 16, depth: 1, heads: 2, ratio: 2 };

/** The reference needs minutes for wide convolutions over time. */
const NARROW: Readonly<Record<string, number>> = { ...SMALL, width: 4 };

function small(entry: Encoder) {
  const sizes = entry.id === 'conv1d' ? NARROW : SMALL;
  const params = Object.entries(defaultsOf(entry.params)).map(([key, value]) => [key, sizes[key] ?? value]);
  return { id: entry.id, params: Object.fromEntries(params) as ReturnType<typeof defaultsOf> };
}

type Kind = 'table' | 'series' | 'text';
const DATA: Readonly<Record<Kind, () => TrainingData>> = {
  table: tinyTable,
  series: tinySeries,
  text: tinyText,
};
const KINDS = Object.keys(DATA) as Kind[];
const cases = KINDS.flatMap((kind) =>
  Object.values<Encoder>(encoders)
    .filter(({ modalities }) => modalities.includes(kind))
    .map((encoder) => [kind, encoder.id, encoder] as const),
);

describe.each(cases)('%s data with %s', (kind, _id, encoder) => {
  const changes = { encoder: small(encoder) };
  it('takes the same 20 steps of SimCLR on onnx as on the reference', async () => {
    const config = tinyConfig('simclr', changes, kind);
    const run = (engine: string) =>
      trainSteps(engines[engine] as Engine, 'simclr', config, 0.003, 20, DATA[kind]());
    const [expected, found] = [await run('cpu'), await run('onnx')];
    expect(largestDeviation(found.losses, expected.losses)).toBeLessThan(1e-3);
  });
});

/** Methods of pairs with a queue and without, the one with labels, and those that are of one modality alone. */
const trained = KINDS.flatMap((kind) =>
  (Object.keys(methods) as (keyof typeof methods)[])
    .filter((method) => methods[method].modalities.includes(kind))
    .filter(
      (method) =>
        methods[method].modalities.length === 1 || ['simclr', 'moco', 'supervised'].includes(method),
    )
    .map((method) => [kind, method] as const),
);

describe.each(trained)('a run on %s data with %s', (kind, method) => {
  it('trains, is measured by group, and resumes bit for bit with the preparation that its checkpoint holds', async () => {
    const config = tinyConfig(method, { epochs: 2, batchSize: 8, maxSamples: 24 }, kind);
    const data = DATA[kind]();
    const whole = await collectEvents(config, data, engines['onnx'] as Engine);
    const end = whole.at(-1);
    expect(end).toMatchObject({ type: 'finished', stopped: false });
    if (end?.type !== 'finished') throw new Error('It did not finish.');
    expect(end.results.rawPixelKnnAccuracy).toBeGreaterThan(0.4);
    expect(end.results.knnByGroup.map(({ group }) => group)).toEqual(['red', 'green', 'unknown']);
    expect(valuesOf(whole, 'loss').every(Number.isFinite)).toBe(true);
    const half = checkpointsOf(whole).find(({ step }) => step === 3);
    if (!half) throw new Error('There is no such checkpoint.');
    expect(half.header.preparation).toEqual(data.preparation);
    const rest = await collectEvents(config, data, engines['onnx'] as Engine, { resumeFrom: half });
    expect(checkpointsOf(rest).at(-1)?.tensors).toEqual(checkpointsOf(whole).at(-1)?.tensors);
  });
});
