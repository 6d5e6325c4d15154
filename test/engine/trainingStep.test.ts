import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { IMAGE } from '../../main/engine/layout.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import type { Engine } from '../../main/engine/engine.ts';
import type { HostTensor } from '../../main/engine/method.ts';
import { encoders, methods, optimizers } from '../../main/engine/registries.ts';
import {
  initialNetworks,
  initialState,
  signatureOf,
  trainingInputs,
  type TrainingSetup,
  trainingStep,
} from '../../main/engine/trainingStep.ts';
import reference from './reference/torch.json' with { type: 'json' };
import { tensorOf } from './tensors.ts';
import { referenceEngine } from './tiny.ts';

const SHAPE = [8, 8, 3] as const;
const BATCH = 6;
const PARAMS = {
  supervised: {},
  simclr: { temperature: 0.5, projectorHidden: 8, projectorDim: 5, projectorNorm: false },
} as const;

function setupOf(method: keyof typeof PARAMS): TrainingSetup {
  const encoder = encoders.smallCnn.build({ width: 4 }, SHAPE, IMAGE);
  const context = { encoder, shape: SHAPE, layout: IMAGE, classes: 3, batchSize: BATCH };
  return {
    method: methods[method].build(PARAMS[method], context),
    views: [],
    optimizer: optimizers.sgdMomentum,
    optimizerChoice: {
      id: 'sgdMomentum',
      params: { learningRate: 0.01, momentum: 0.9, weightDecay: 0.01, nesterov: false },
    },
    shape: SHAPE,
    layout: IMAGE,
    batchSize: BATCH,
    usesLabels: methods[method].usesLabels,
    mixed: false,
  };
}

/** The reference script's initial value of the tensor at place `index` among the trainable ones. */
function formula(name: string, { shape }: HostTensor, index: number): HostTensor {
  const scale = name.endsWith('filter')
    ? Math.sqrt(2 / (9 * (shape[2] ?? 1)))
    : name.endsWith('weight')
      ? 0.3
      : 0.1;
  return tensorOf(shape, (i) => scale * Math.sin(0.7 * i + index) + (name.endsWith('gamma') ? 1 : 0));
}

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

describe.each([
  ['supervised', 'onnx'],
  ['simclr', 'onnx'],
  ['supervised', 'cpu'],
  ['simclr', 'cpu'],
] as const)('six training steps of %s on %s', (method, name) => {
  it('have the losses that the same network, loss and optimiser have in torch', async () => {
    const setup = setupOf(method);
    const drawn = initialNetworks(setup.method, (network) => Rng.stream(1, network));
    const fixed = drawn.trainable.map((tensor, index) => [
      tensor,
      formula(tensor, drawn.values[tensor] as HostTensor, index),
    ]);
    const networks = {
      ...drawn,
      values: { ...drawn.values, ...(Object.fromEntries(fixed) as typeof drawn.values) },
    };
    const initial = initialState(setup, networks);
    const inputsAt = (step: number) =>
      trainingInputs(
        setup,
        tensorOf([BATCH, ...SHAPE], (i) => 0.5 + 0.5 * Math.sin(0.53 * i + step)).data as Float32Array,
        Int32Array.of(0, 1, 2, 0, 1, 2),
        Rng.stream(1, 'none'),
        { learningRate: 0.01, step: step + 1, progress: 0 },
      );
    const engine = engines[name] as Engine;
    const state = await engine.createState(initial);
    const step = await engine.compile(
      trainingStep(setup, networks),
      signatureOf(initial, inputsAt(0)),
      method,
    );
    const losses: number[] = [];
    for (let index = 0; index < 6; index++)
      losses.push((await step.run(state, inputsAt(index)))['loss']?.data[0] ?? NaN);
    reference.training[method].forEach((expected, index) =>
      expect(Math.abs((losses[index] ?? NaN) / expected - 1)).toBeLessThan(2e-4),
    );
  });
});
