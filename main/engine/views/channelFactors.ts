import type { HostTensor } from '../method.ts';

/** One factor per sample and channel [count, 1, 1, channels + 1]; that of the last channel, which tells the length, is 1. */
export function channelFactors(
  count: number,
  [, , channels]: readonly [number, number, number],
  factorsOf: (channels: number) => readonly number[],
): HostTensor {
  const data = new Float32Array(count * channels);
  for (let sample = 0; sample < count; sample++) data.set([...factorsOf(channels - 1), 1], sample * channels);
  return { shape: [count, 1, 1, channels], dtype: 'float32', data };
}
