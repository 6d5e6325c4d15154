import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartDataset,
  type ChartOptions,
} from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { seriesDash, seriesProperty } from '../lib/palette.ts';
import { smoothed } from '../lib/smooth.ts';
import { tickTexts } from '../lib/ticks.ts';

Chart.register(Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip, zoomPlugin);

/** One curve of a chart: min/max are the spread within each bucket. */
export interface ChartLine {
  readonly id: string;
  readonly label: string;
  /** Index into the series palette. */
  readonly colour: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly min?: ArrayLike<number>;
  readonly max?: ArrayLike<number>;
  /** Not named in the legend: it belongs to another line. */
  readonly silent?: boolean;
}

/** Everything a chart shows. */
export interface ChartContent {
  readonly lines: readonly ChartLine[];
  /** 0..1, weight of the past; the raw line stays visible behind. */
  readonly smoothing: number;
  readonly logY: boolean;
  readonly share: boolean;
  readonly xTitle: string;
  readonly format: (value: number) => string;
  readonly onzoom: ((range: readonly [number, number] | null) => void) | null;
}

type Point = { x: number; y: number };
type Line = ChartDataset<'line', Point[]>;

/** A drawn chart. */
export interface DrawnChart {
  update(content: ChartContent): void;
  reset(): void;
  /** PNG on the page's background. */
  image(): Promise<Blob | null>;
  destroy(): void;
}

/** Draws lines on a canvas; null where the environment has no 2D drawing. */
export function drawChart(canvas: HTMLCanvasElement, content: ChartContent): DrawnChart | null {
  if (!canvas.getContext('2d')) return null;
  let current = content;
  const chart = new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: datasetsOf(content, canvas) },
    options: optionsOf(content, canvas),
  });
  return {
    update(next) {
      current = next;
      chart.data.datasets = datasetsOf(next, canvas);
      chart.options = optionsOf(next, canvas);
      chart.update('none');
    },
    reset() {
      chart.resetZoom('none');
      current.onzoom?.(null);
    },
    image: () => paintedOn(canvas),
    destroy: () => chart.destroy(),
  };
}

function property(canvas: HTMLCanvasElement, name: string): string {
  return getComputedStyle(canvas).getPropertyValue(name).trim();
}

function datasetsOf(content: ChartContent, canvas: HTMLCanvasElement): Line[] {
  return content.lines.flatMap((line) => {
    const colour = property(canvas, seriesProperty(line.colour));
    const base = { pointRadius: line.x.length === 1 ? 3 : 0, pointHitRadius: 8, borderColor: colour, backgroundColor: colour };
    const main: Line = {
      ...base,
      label: line.label,
      data: pointsOf(line.x, content.smoothing > 0 ? smoothed(Array.from(line.y), content.smoothing) : line.y),
      borderWidth: 1.6,
      borderDash: [...seriesDash(line.colour)],
      order: 0,
    };
    if (content.smoothing > 0) {
      const raw: Line = { ...base, label: '', data: pointsOf(line.x, line.y), borderWidth: 1, borderColor: `${colour}55`, order: 1 };
      return [main, raw];
    }
    return [main, ...bandOf(line, colour)];
  });
}

/** The spread of each bucket as a band, where there is any. */
function bandOf(line: ChartLine, colour: string): Line[] {
  const { min, max } = line;
  if (!min || !max || !Array.from(min).some((low, at) => low !== max[at])) return [];
  const edge = { label: '', borderWidth: 0, pointRadius: 0, pointHitRadius: 0, order: 2 };
  return [
    { ...edge, data: pointsOf(line.x, max), fill: '+1', backgroundColor: `${colour}22` },
    { ...edge, data: pointsOf(line.x, min), fill: false },
  ];
}

function pointsOf(x: ArrayLike<number>, y: ArrayLike<number>): Point[] {
  return Array.from({ length: x.length }, (_, at) => ({ x: x[at] ?? NaN, y: y[at] ?? NaN }));
}

function optionsOf(content: ChartContent, canvas: HTMLCanvasElement): ChartOptions<'line'> {
  const faint = property(canvas, '--faint');
  const line = property(canvas, '--line');
  const font = { family: property(canvas, '--font'), size: 11 };
  const ticks = { color: faint, font, maxRotation: 0, autoSkipPadding: 18 };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: { type: 'linear', bounds: 'data', beginAtZero: true, grid: { display: false }, border: { color: line }, ticks: { ...ticks, includeBounds: false }, title: { display: content.xTitle !== '', text: content.xTitle, color: faint, font } },
      y: {
        type: content.logY ? 'logarithmic' : 'linear',
        grid: { color: line, drawTicks: false },
        border: { display: false },
        ticks: { ...ticks, padding: 6, maxTicksLimit: 5, autoSkipPadding: 4, callback: (_value, at, all) => tickTexts(all.map((tick) => tick.value), content.format)[at] ?? '' },
        ...(content.share && !content.logY ? { suggestedMin: 0, suggestedMax: 1 } : {}),
      },
    },
    plugins: { tooltip: tooltipOf(content, canvas), zoom: zoomOf(content) },
  };
}

function tooltipOf(content: ChartContent, canvas: HTMLCanvasElement): NonNullable<NonNullable<ChartOptions<'line'>['plugins']>['tooltip']> {
  return {
    filter: (item) => item.dataset.label !== '',
    backgroundColor: property(canvas, '--surface'),
    titleColor: property(canvas, '--muted'),
    bodyColor: property(canvas, '--text'),
    borderColor: property(canvas, '--line2'),
    borderWidth: 1,
    padding: 8,
    boxWidth: 8,
    boxHeight: 8,
    boxPadding: 4,
    callbacks: {
      title: (items) => (items[0] ? `${content.xTitle} ${Number((items[0].parsed.x ?? 0).toPrecision(5))}` : ''),
      label: (item) => ` ${item.dataset.label ?? ''}  ${content.format(item.parsed.y ?? NaN)}`,
    },
  };
}

function zoomOf(content: ChartContent): NonNullable<NonNullable<ChartOptions<'line'>['plugins']>['zoom']> {
  const done = ({ chart }: { chart: Chart }): void => {
    const x = chart.scales['x'];
    if (x && chart.isZoomedOrPanned()) content.onzoom?.([x.min, x.max]);
  };
  return {
    zoom: { mode: 'x', drag: { enabled: true, threshold: 6, backgroundColor: 'rgb(120 130 200 / 18%)' }, wheel: { enabled: true, modifierKey: 'ctrl' }, onZoomComplete: done },
    pan: { enabled: true, mode: 'x', modifierKey: 'shift', onPanComplete: done },
  };
}

function paintedOn(canvas: HTMLCanvasElement): Promise<Blob | null> {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext('2d');
  if (!context) return Promise.resolve(null);
  context.fillStyle = property(canvas, '--bg');
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
}
