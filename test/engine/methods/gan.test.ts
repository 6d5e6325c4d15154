import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { adamW } from '../../../main/engine/optimizers/adamW.ts';
import { defaultsOf } from '../../../main/core/params.ts';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { BuiltMethod, HostTensors } from '../../../main/engine/method.ts';
import { discriminatorLoss, generatorLoss } from '../../../main/engine/methods/gan.ts';
import { METRICS } from '../../../main/engine/metricNames.ts';
import {
  initialNetworks,
  initialState,
  signatureOf,
  trainingInputs,
  trainingStep,
} from '../../../main/engine/trainingStep.ts';
import { trainingSetup } from '../../../main/engine/trainingSetup.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf } from '../tensors.ts';
import { referenceEngine, tinyConfig, tinyData } from '../tiny.ts';
import { course } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the losses of a GAN', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and their gradients are torch’s on %s', async (_name, engine) => {
    const logits = (step: number) => tensorOf([5, 1], (i) => 3 * Math.sin(step * i + 0.1));
    const found = await evaluate(await engine(), { real: logits(0.7), fake: logits(0.4) }, (given) => {
      const of = [given['real'], given['fake']] as [tf.Tensor, tf.Tensor];
      const [dreal, dfake] = tf.grads((real: tf.Tensor, fake: tf.Tensor) => discriminatorLoss(real, fake))(
        of,
      ) as [tf.Tensor, tf.Tensor];
      const dgenerator = tf.grad((fake: tf.Tensor) => generatorLoss(fake))(of[1]);
      return { loss: discriminatorLoss(...of), dreal, dfake, generator: generatorLoss(of[1]), dgenerator };
    });
    for (const [key, expected] of Object.entries(reference.gan))
      expect([key, largestDifference(found[key] ?? [], [expected].flat()) < 1e-6]).toEqual([key, true]);
  });
});

/** All tensors after one step of a method that may be changed before. */
async function afterStep(
  id: 'gan' | 'bigan',
  change: (method: BuiltMethod) => BuiltMethod,
): Promise<HostTensors> {
  const [config, data] = [tinyConfig(id), tinyData({ side: 6 })];
  const plain = trainingSetup({ config, data });
  const setup = { ...plain, method: change(plain.method) };
  const networks = initialNetworks(setup.method, (name) => Rng.stream(1, name));
  const initial = initialState(setup, networks);
  const scalars = { learningRate: 0.1, step: 1, progress: 0 };
  const samples = data.read(data.splits.pretrain.slice(0, config.batchSize));
  const inputs = trainingInputs(
    setup,
    samples,
    new Int32Array(config.batchSize),
    Rng.stream(1, 'views'),
    scalars,
  );
  const engine = await referenceEngine();
  const state = await engine.createState(initial);
  const step = await engine.compile(trainingStep(setup, networks), signatureOf(initial, inputs), id);
  await step.run(state, inputs);
  return state.read();
}

describe.each(['gan', 'bigan'] as const)('a step of %s', (id) => {
  it('updates the discriminator first and alone, then what is trained against it', async () => {
    const both = await afterStep(id, (method) => method);
    // The second update replaced by none that has a gradient: the discriminator must not notice.
    const first = await afterStep(id, (method) => ({
      ...method,
      further: (method.further ?? []).map(({ networks }) => ({
        networks,
        loss: (tensors) => ({
          loss: tf.addN(
            networks.flatMap((network) =>
              Object.keys(tensors)
                .filter((name) => name.startsWith(`${network}/`))
                .map((name) => (tensors[name] as tf.Tensor).sum().mul(0)),
            ),
          ) as tf.Scalar,
          metrics: {},
          updates: {},
        }),
      })),
    }));
    const second = (name: string) => (id === 'gan' ? /^generator/ : /^(encoder|code|generator)/).test(name);
    for (const name of Object.keys(both).filter((key) => !key.startsWith('optimizer/'))) {
      const same = String(both[name]?.data) === String(first[name]?.data);
      if (!second(name)) expect([name, same]).toEqual([name, true]);
      else if (/weight|filter/.test(name)) expect([name, same]).toEqual([name, false]);
    }
  });
});

describe.each(['gan', 'bigan'] as const)('training with %s', (id) => {
  it('keeps discriminator and generator within reach of each other, with finite numbers', async () => {
    const optimizer = {
      id: 'adamW',
      params: { ...defaultsOf(adamW.params), learningRate: 1e-3, beta1: 0.5, weightDecay: 0 },
    };
    const { losses, values } = await course(id, {}, 1e-3, { optimizer });
    const all = [...losses, ...values(METRICS.generatorLoss)];
    expect(all.length).toBe(72);
    expect(all.every((value) => Number.isFinite(value) && value > 0 && value < 10)).toBe(true);
    const right = values(METRICS.pretextAccuracy);
    expect(right.slice(-12).reduce((sum, share) => sum + share, 0) / 12).toBeGreaterThan(0.3);
  });
});
