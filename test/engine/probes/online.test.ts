import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { onlineInitial, onlineLoss, probeLoss } from '../../../main/engine/probes/online.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { checkpointsOf, collectEvents, referenceEngine, tinyConfig, tinyData, valuesOf } from '../tiny.ts';

let engine: Engine;
beforeAll(async () => void (engine = await onnx.activate({ device: 'cpu', threads: 1 })));
afterAll(() => engine.dispose());

const data = tinyData({ side: 6 });
const config = (method: 'simclr' | 'byol', onlineProbe: boolean, epochs = 2) =>
  tinyConfig(method, { epochs, monitor: { everyEpochs: 1, bankSize: 64, onlineProbe } });

describe('the online linear probe', () => {
  it.each(['simclr', 'byol'] as const)(
    'leaves a run of %s as it is, bit for bit',
    async (method) => {
      const [without, beside] = [
        await collectEvents(config(method, false), data, engine),
        await collectEvents(config(method, true), data, engine),
      ];
      const [expected, found] = [
        checkpointsOf(without).at(-1)?.tensors ?? {},
        checkpointsOf(beside).at(-1)?.tensors ?? {},
      ];
      const own = Object.fromEntries(Object.entries(found).filter(([name]) => !name.startsWith('online/')));
      expect(own).toEqual(expected);
      expect(valuesOf(beside, 'gradientNorm')).toEqual(valuesOf(without, 'gradientNorm'));
      expect(found['online/weight']?.data.some((value) => value !== 0)).toBe(true);
      expect(Object.keys(expected).some((name) => name.startsWith('online/'))).toBe(false);
    },
    60_000,
  );

  it('would change the encoder without the stop: the gradient at h is 0 with it and is not without', async () => {
    const given = {
      h: tensorOf([4, 3], (i) => Math.sin(i)),
      weight: tensorOf([3, 2], (i) => Math.cos(i)),
      bias: tensorOf([2], (i) => i),
    };
    const found = await evaluate(await referenceEngine(), given, (tensors) => {
      const labels = tf.tensor1d([0, 1, 1, 0], 'int32');
      const gradientAtH = (loss: typeof onlineLoss): tf.Tensor =>
        tf.grad((h) => loss(tensors, h as tf.Tensor2D, labels).loss)(tensors['h'] as tf.Tensor);
      return {
        stopped: gradientAtH(onlineLoss).abs().sum(),
        passed: gradientAtH(probeLoss).abs().sum(),
        same: onlineLoss(tensors, tensors['h'] as tf.Tensor2D, labels).loss.sub(
          probeLoss(tensors, tensors['h'] as tf.Tensor2D, labels).loss,
        ),
      };
    });
    expect(found['stopped']?.[0]).toBe(0);
    expect(found['passed']?.[0]).toBeGreaterThan(0.1);
    expect(found['same']?.[0]).toBe(0);
  });

  it('learns along: its loss falls, and the bank shows it overall, by group and for the worst group', async () => {
    const events = await collectEvents(config('simclr', true, 12), data, engine);
    const losses = valuesOf(events, 'onlineLoss');
    expect(losses[0]).toBeCloseTo(Math.log(3), 5);
    expect(losses.at(-1)).toBeLessThan(0.9 * Math.log(3));
    const seen = valuesOf(events, 'online');
    expect(seen.length).toBe(12);
    expect(seen.at(-1)).toBeGreaterThan(0.4);
    expect(valuesOf(events, 'online/colour=red').length).toBe(12);
    expect(valuesOf(events, 'onlineAccuracy').length).toBe(losses.length);
  }, 60_000);

  it('starts at zeros of the right shapes', () => {
    const shapes = Object.entries(onlineInitial(5, 3)).map(([name, { shape }]) => [name, shape.join()]);
    expect(Object.fromEntries(shapes)).toEqual({
      'online/weight': '5,3', 'online/bias': '3', 'online/first/weight': '5,3', 'online/first/bias': '3', 'online/second/weight': '5,3', 'online/second/bias': '3',
    }); // prettier-ignore
  });
});
