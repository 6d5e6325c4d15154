import type { Series } from '../../../preload/contract/vocabulary.ts';
import { fold } from './fold.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { decimal } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 640;
const HEIGHT = 190;
const LEFT = 52;
const BOTTOM = 162;
/** Rows of a curve's table: enough to read its shape. */
const TABLE_ROWS = 12;

/** One metric of several runs over epochs, as a chart with its table. */
export function learningChart(
  metric: string,
  series: readonly Series[],
  nameOf: (run: string) => string,
  colourOf: (run: string) => string,
): Markup {
  const drawn = series.filter((one) => one.metric === metric && one.count > 0);
  const y = rangeOf(drawn.flatMap((one) => [...one.min, ...one.max]));
  const x = rangeOf(drawn.flatMap((one) => [...one.epoch]));
  const px = (value: number): number => LEFT + ((value - x[0]) / (x[1] - x[0])) * (WIDTH - LEFT - 8);
  const py = (value: number): number => BOTTOM - ((value - y[0]) / (y[1] - y[0])) * (BOTTOM - 12);
  const ticks = [0, 1, 2, 3].map((step) => y[0] + ((y[1] - y[0]) * step) / 3);
  const lines = drawn.map((one) => {
    const points = Array.from(
      one.mean,
      (value, at) => `${px(one.epoch[at] ?? 0).toFixed(1)},${py(value).toFixed(1)}`,
    );
    return markup`<polyline class="line ${colourOf(one.run)}" style="fill:none" points="${points.join(' ')}"/>`;
  });
  return markup`<figure><figcaption>${metric} by epoch</figcaption><svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${metric} by epoch; the values are in the table that follows">${ticks.map((tick) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${py(tick).toFixed(1)}" y2="${py(tick).toFixed(1)}" /><text class="tick" x="${LEFT - 6}" y="${(py(tick) + 4).toFixed(1)}" text-anchor="end">${decimal(tick)}</text>`)}<text class="tick" x="${LEFT}" y="${HEIGHT - 10}">${decimal(x[0])}</text><text class="tick" x="${WIDTH - 8}" y="${HEIGHT - 10}" text-anchor="end">epoch ${decimal(x[1])}</text>${lines}</svg></figure>${fold({ title: `${metric}: values of the chart`, level: 4, content: curveTable(metric, drawn, nameOf) })}`;
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  const known = values.filter((value) => Number.isFinite(value));
  const low = known.reduce((a, b) => Math.min(a, b), Infinity);
  const high = known.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low > high) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

function curveTable(metric: string, series: readonly Series[], nameOf: (run: string) => string): Markup {
  const longest = series.reduce((count, one) => Math.max(count, one.mean.length), 0);
  const rows = Math.min(TABLE_ROWS, longest);
  const places = Array.from({ length: rows }, (_, row) =>
    Math.round((row * (longest - 1)) / Math.max(1, rows - 1)),
  );
  return table({
    caption: `${metric}: values of the chart`,
    columns: [
      { title: 'Epoch', numeric: true },
      ...series.map((one) => ({ title: nameOf(one.run), numeric: true })),
    ],
    rows: places.map((place) => [
      decimal(series[0]?.epoch[place] ?? null),
      ...series.map((one) => decimal(one.mean[place] ?? null)),
    ]),
  });
}
