import type * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import { playedAlong } from '../layers/seriesTime.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  sigma: float(0.2, {
    min: 0,
    max: 2,
    step: 0.05,
    doc: 'How much the speed varies: deviation of its logarithm at the knots.',
  }),
  knots: int(4, {
    min: 1,
    max: 32,
    doc: 'Places at which the speed is drawn; in between it changes evenly.',
  }),
} as const;

/** A curve from 0 to 1 in `time` steps that only ever rises, at a speed that is drawn at the knots. */
export function warpCurve(
  rng: Rng,
  { sigma, knots }: ParamsOf<typeof params>,
  time: number,
): readonly number[] {
  const logs = Array.from({ length: knots + 1 }, () => sigma * rng.normal());
  const speedAt = (share: number): number => {
    const place = Math.min(knots - 1e-9, share * knots);
    const [at, part] = [Math.floor(place), place % 1];
    return Math.exp((logs[at] as number) * (1 - part) + (logs[at + 1] as number) * part);
  };
  const curve = [0];
  for (let i = 1; i < time; i++)
    curve.push((curve[i - 1] as number) + speedAt((i - 0.5) / Math.max(1, time - 1)));
  const whole = curve.at(-1) || 1;
  return curve.map((place) => place / whole);
}

/** A series that now goes faster and now slower, start and end kept. */
export const timeWarp: View = {
  id: 'timeWarp',
  title: 'Time warp',
  summary: 'Lets a series go faster here and slower there, start and end kept.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Um et al.: Data augmentation of wearable sensor data for Parkinson’s disease monitoring using convolutional neural networks, ICMI 2017',
    url: 'https://arxiv.org/abs/1706.00527',
    code: 'https://github.com/terryum/Data-Augmentation-For-Wearable-Sensor-Data',
  },
  draw: (rng, given, count, [time]) =>
    drawRows(count, time, () => warpCurve(rng, given as ParamsOf<typeof params>, time)),
  apply: (x, drawn) => playedAlong(x, drawn as tf.Tensor2D),
};
