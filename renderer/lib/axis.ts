import type { Domain } from './scale.ts';

/** About `count` round numbers within a domain: 1, 2 or 5 times a power of ten apart. */
export function roundTicks([low, high]: Domain, count: number): readonly number[] {
  const width = high - low;
  if (!(width > 0) || count < 1) return [low];
  const rough = width / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const ticks: number[] = [];
  for (let at = first; at * step <= high + 1e-9 * width; at++)
    ticks.push(Number((at * step).toPrecision(12)));
  return ticks;
}

/** One axis of a chart of runs: numbers on a line, or values that are no numbers in an order of their own. */
export interface RunAxis {
  readonly id: string;
  readonly title: string;
  /** Where each run lies, 0..1; null where it has no value. */
  readonly places: readonly (number | null)[];
  readonly texts: readonly string[];
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

const MOST_NAMES = 12;

/**
 * An axis for one value of every run. Numbers lie in proportion (positive ones over three powers of ten or more, by their logarithm); other
 * values lie in order, evenly.
 */
export function runAxis(
  id: string,
  title: string,
  values: readonly (string | null)[],
  format: (value: number) => string,
): RunAxis {
  const numbers = values.map((value) => (value === null || value.trim() === '' ? null : Number(value)));
  const known = numbers.filter((value) => value !== null);
  if (known.length > 0 && known.every(Number.isFinite)) return numberAxis(id, title, numbers, format);
  const names = [...new Set(values.filter((value) => value !== null))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const place = (name: string): number => (names.length < 2 ? 0.5 : names.indexOf(name) / (names.length - 1));
  return {
    id,
    title,
    places: values.map((value) => (value === null ? null : place(value))),
    texts: values.map((value) => value ?? '—'),
    ticks: names.length > MOST_NAMES ? [] : names.map((name) => ({ place: place(name), text: name })),
  };
}

function numberAxis(
  id: string,
  title: string,
  numbers: readonly (number | null)[],
  format: (value: number) => string,
): RunAxis {
  const known = numbers.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const logarithmic = low > 0 && high / low >= 1000;
  const scaled = (value: number): number => (logarithmic ? Math.log10(value) : value);
  const margin = (scaled(high) - scaled(low)) * 0.04;
  const domain: Domain =
    margin === 0 ? [scaled(low) - 1, scaled(high) + 1] : [scaled(low) - margin, scaled(high) + margin];
  const place = (value: number): number => (scaled(value) - domain[0]) / (domain[1] - domain[0]);
  const powers = logarithmic
    ? Array.from(
        { length: Math.floor(domain[1]) - Math.ceil(domain[0]) + 1 },
        (_, at) => 10 ** (Math.ceil(domain[0]) + at),
      )
    : [];
  const ticks = margin === 0 ? [low] : logarithmic ? powers : roundTicks(domain, 4);
  return {
    id,
    title,
    places: numbers.map((value) => (value === null ? null : place(value))),
    texts: numbers.map((value) => (value === null ? '—' : format(value))),
    ticks: ticks.map((value) => ({ place: place(value), text: format(value) })),
  };
}
