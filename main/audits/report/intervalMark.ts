import type { Estimated } from '../../../preload/contract/vocabulary.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { signed } from './numbers.ts';

/** A common axis: marks in one column can be compared by eye. */
export interface Axis {
  readonly low: number;
  readonly high: number;
}

/** Width of a mark within a table, in pixels. */
const WIDTH = 120;
const HEIGHT = 16;

/** An axis that holds every value and interval, with round ends; symmetric around 0 if asked. */
export function axisOf(
  estimates: readonly Pick<Estimated, 'value' | 'low' | 'high'>[],
  symmetric: boolean,
): Axis {
  const values = estimates.flatMap(({ value, low, high }) =>
    [value, low, high].filter((one) => one !== null),
  );
  if (values.length === 0) return symmetric ? { low: -1, high: 1 } : { low: 0, high: 1 };
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const reach = symmetric ? 2 * Math.max(Math.abs(least), Math.abs(most)) : most - least;
  const step = roundStep(reach === 0 ? 0.1 : reach / 4);
  if (symmetric) {
    const side = Math.max(step, Math.ceil(Math.max(Math.abs(least), Math.abs(most)) / step) * step);
    return { low: -side, high: side };
  }
  return {
    low: Math.floor(least / step) * step,
    high: Math.max(Math.ceil(most / step), Math.floor(least / step) + 1) * step,
  };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}

/** A dot with its interval on an axis. The number stands in the cell beside it, so that the mark is hidden from screen readers. */
export function intervalMark(
  estimate: Pick<Estimated, 'value' | 'low' | 'high'>,
  axis: Axis,
  colour: string,
  width = WIDTH,
): Markup {
  const at = (value: number): string => (((value - axis.low) / (axis.high - axis.low)) * width).toFixed(1);
  const { value, low, high } = estimate;
  const zero = axis.low < 0 && axis.high > 0;
  return frame(
    markup`<line class="grid" x1="0" x2="${width}" y1="8" y2="8"/>${zero && markup`<line class="zero" x1="${at(0)}" x2="${at(0)}" y1="0" y2="${HEIGHT}" />`}${low !== null && high !== null && markup`<line class="${colour}" x1="${at(low)}" x2="${at(high)}" y1="8" y2="8" stroke-width="2" stroke-opacity=".6" />`}${value !== null && markup`<circle class="${colour}" cx="${at(value)}" cy="8" r="4" stroke="none" />`}`,
    width,
  );
}

/** The numbers of a symmetric axis, to stand above its marks. */
export function axisScale({ low, high }: Axis, width: number): Markup {
  const label = (x: number, value: number, anchor: string): Markup =>
    markup`<text class="tick" x="${x}" y="12" text-anchor="${anchor}">${signed(value)}</text>`;
  return frame(
    markup`${label(0, low, 'start')}${label(width / 2, 0, 'middle')}${label(width, high, 'end')}`,
    width,
  );
}

/** A dot beside the range it would have without any effect. */
export function nullMark(value: number | null, range: readonly [number, number] | null, axis: Axis): Markup {
  const at = (one: number): number => ((one - axis.low) / (axis.high - axis.low)) * WIDTH;
  const bar =
    range !== null &&
    markup`<rect class="range" x="${at(range[0]).toFixed(1)}" y="4" width="${Math.max(1, at(range[1]) - at(range[0])).toFixed(1)}" height="8" rx="2"/>`;
  const outside = value !== null && range !== null && (value < range[0] || value > range[1]);
  return frame(
    markup`<line class="grid" x1="0" x2="${WIDTH}" y1="8" y2="8"/>${bar}${value !== null && markup`<circle class="${outside ? 'ink' : 'pale'}" cx="${at(value).toFixed(1)}" cy="8" r="4" />`}`,
  );
}

function frame(content: Markup, width = WIDTH): Markup {
  return markup`<svg width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" aria-hidden="true" focusable="false">${content}</svg>`;
}
