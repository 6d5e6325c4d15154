import { AppError } from '../../../preload/contract/errors.ts';
import { Moments } from './table.ts';

/** What was learnt of the channels of pretrain series. */
export interface SeriesPreparation {
  readonly kind: 'series';
  readonly steps: number;
  readonly channels: readonly { readonly name: string; readonly mean: number; readonly deviation: number }[];
}

/** Mean and deviation of every channel among series [time, channels]; what was not measured is left out. */
export function learnSeries(
  channels: readonly string[],
  steps: number,
  series: Iterable<Float32Array>,
): SeriesPreparation {
  const sums = channels.map(() => new Moments());
  for (const block of series) block.forEach((value, i) => sums[i % channels.length]?.add(value));
  return {
    kind: 'series',
    steps,
    channels: channels.map((name, i) => ({ name, ...(sums[i] as Moments).found() })),
  };
}

/**
 * Makes numbers [time, 1, channels + 1] of stored series: standardised, 0 where nothing was measured; the last channel is 1 up to the last
 * measured step. @throws AppError invalidData for other channels or another length
 */
export function seriesReader(
  { steps, channels }: SeriesPreparation,
  stored: { readonly channels: readonly string[]; readonly steps: number },
): (series: Float32Array) => Float32Array {
  if (stored.steps !== steps || channels.some(({ name }, i) => name !== stored.channels[i]))
    throw new AppError({
      code: 'invalidData',
      message: `The encoder was trained on series of ${steps} steps with the channels ${channels.map(({ name }) => name).join(', ')}, but these have ${stored.steps} steps with ${stored.channels.join(', ')}.`,
      hint: 'Choose a data set of such series.',
    });
  const [from, to] = [channels.length, channels.length + 1];
  return (series) => {
    const result = new Float32Array((series.length / from) * to);
    for (let start = 0; start < series.length; start += steps * from) {
      const own = series.subarray(start, start + steps * from);
      const length = lengthOf(own, from);
      own.forEach((value, i) => {
        const [step, channel] = [Math.floor(i / from), i % from];
        const place = (start / from + step) * to;
        const { mean, deviation } = channels[channel] as SeriesPreparation['channels'][number];
        if (step < length) result[place + from] = 1;
        if (!Number.isNaN(value)) result[place + channel] = (value - mean) / deviation;
      });
    }
    return result;
  };
}

/** Steps up to the last at which anything was measured. */
function lengthOf(series: Float32Array, channels: number): number {
  const last = series.findLastIndex((value) => !Number.isNaN(value));
  return Math.floor(last / channels) + 1;
}
