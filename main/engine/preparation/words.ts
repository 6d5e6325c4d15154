import type { Preparation } from '../layout.ts';
import { textOf } from './text.ts';

/** Columns or channels that are put into words. */
const TOLD = 12;

/** What a prepared sample holds, in the units it was read in, or null for pictures. */
export function wordsOf(preparation: Preparation, sample: Float32Array): string | null {
  switch (preparation.kind) {
    case 'image':
      return null;
    case 'table':
      return listed(
        preparation.columns.map((column, i) => `${column.name} ${valueOf(column, sample, i)}`),
        ', ',
      );
    case 'text':
      return textOf(preparation, sample);
    case 'series':
      return listed(
        preparation.channels.map((_, i) => channelWords(preparation, sample, i)),
        '; ',
      );
  }
}

function listed(parts: readonly string[], between: string): string {
  return [...parts.slice(0, TOLD), ...(parts.length > TOLD ? ['…'] : [])].join(between);
}

type Of<K extends Preparation['kind']> = Extract<Preparation, { kind: K }>;

function valueOf(column: Of<'table'>['columns'][number], sample: Float32Array, index: number): string {
  const [value, missing] = [sample[2 * index] as number, sample[2 * index + 1] as number];
  if (column.kind === 'category') return column.values[value] ?? '';
  return missing >= 0.5 ? 'missing' : short(value * column.deviation + column.mean);
}

/** Every eighth of a channel's steps. */
function channelWords({ channels, steps }: Of<'series'>, sample: Float32Array, channel: number): string {
  const { name, mean, deviation } = channels[channel] as Of<'series'>['channels'][number];
  const every = Math.max(1, Math.floor(steps / 8));
  const values: string[] = [];
  for (let step = 0; step < steps; step += every) {
    const place = step * (channels.length + 1);
    if (sample[place + channels.length] === 0) break;
    values.push(short((sample[place + channel] as number) * deviation + mean));
  }
  return `${name} ${values.join(' ')}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
