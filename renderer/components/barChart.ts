import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  Tooltip,
  type ChartOptions,
} from 'chart.js';
import { seriesProperty } from '../lib/palette.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

/** Bars of one group: the share of the group that lies in each. */
export interface BarSeries {
  readonly label: string;
  /** Index into the series palette. */
  readonly colour: number;
  readonly shares: readonly number[];
}

/** Everything a chart of bars shows. */
export interface BarContent {
  readonly titles: readonly string[];
  readonly series: readonly BarSeries[];
  /** Bars that stand for neighbouring ranges touch each other. */
  readonly ranges: boolean;
}

/** A drawn chart of bars. */
export interface DrawnBars {
  update(content: BarContent): void;
  destroy(): void;
}

/** Draws bars on a canvas; null where the environment has no 2D drawing. */
export function drawBars(canvas: HTMLCanvasElement, content: BarContent): DrawnBars | null {
  if (!canvas.getContext('2d')) return null;
  const chart = new Chart<'bar', number[], string>(canvas, { type: 'bar', data: dataOf(content, canvas), options: optionsOf(canvas) }); // prettier-ignore
  return {
    update(next) {
      chart.data = dataOf(next, canvas);
      chart.options = optionsOf(canvas);
      chart.update('none');
    },
    destroy: () => chart.destroy(),
  };
}

function property(canvas: HTMLCanvasElement, name: string): string {
  return getComputedStyle(canvas).getPropertyValue(name).trim();
}

function dataOf({ titles, series, ranges }: BarContent, canvas: HTMLCanvasElement) {
  return {
    labels: [...titles],
    datasets: series.map(({ label, colour, shares }) => ({
      label,
      data: [...shares],
      backgroundColor: property(canvas, seriesProperty(colour)),
      categoryPercentage: ranges ? 0.98 : 0.8,
      barPercentage: ranges ? 1 : 0.95,
    })),
  };
}

function optionsOf(canvas: HTMLCanvasElement): ChartOptions<'bar'> {
  const faint = property(canvas, '--faint');
  const line = property(canvas, '--line');
  const font = { family: property(canvas, '--font'), size: 11 };
  const ticks = { color: faint, font, maxRotation: 0, autoSkipPadding: 14 };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { grid: { display: false }, border: { color: line }, ticks },
      y: {
        beginAtZero: true,
        grid: { color: line, drawTicks: false },
        border: { display: false },
        ticks: { ...ticks, padding: 6, maxTicksLimit: 4, callback: (value) => `${Number((100 * Number(value)).toPrecision(3))}%` },
      },
    },
    plugins: {
      tooltip: {
        backgroundColor: property(canvas, '--surface'),
        titleColor: property(canvas, '--muted'),
        bodyColor: property(canvas, '--text'),
        borderColor: property(canvas, '--line2'),
        borderWidth: 1,
        boxWidth: 8,
        boxHeight: 8,
        callbacks: { label: (item) => ` ${item.dataset.label ?? ''}  ${(100 * (item.parsed.y ?? 0)).toFixed(1)}%` },
      },
    },
  };
} // prettier-ignore
