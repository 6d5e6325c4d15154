import type { RunId, Series } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { paced } from '../lib/latest.ts';
import { rangeOver } from '../lib/meanCurves.ts';

const REFRESH_MS = 1000;

/** Which curves to draw, and how finely. */
export interface CurveRequest {
  readonly runs: readonly RunId[];
  readonly metrics: readonly string[];
  readonly buckets: number;
}

/** The curves of some metrics of some runs, as coarse as the chart needs them, growing while the runs train. */
export class Curves {
  readonly #client: Client;
  readonly #refresh = paced(REFRESH_MS, () => void this.#load());
  readonly #end: () => void;
  #request: CurveRequest = { runs: [], metrics: [], buckets: 400 };
  #range: readonly [number, number] | null = null;
  #series: readonly Series[] = $state.raw([]);
  #loaded = $state(false);
  #newest = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#end = client.on('run.points', ({ run }) => {
      if (this.#request.runs.includes(run)) this.#refresh.ask();
    });
  }

  get series(): readonly Series[] {
    return this.#series;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  of(metric: string): readonly Series[] {
    return this.#series.filter((series) => series.metric === metric);
  }

  async show(request: CurveRequest): Promise<void> {
    this.#request = request;
    await this.#load();
  }

  /** Asks again for a part of the steps, at the full width of the chart; null for all. */
  async zoom(range: readonly [number, number] | null): Promise<void> {
    this.#range = range;
    await this.#load();
  }

  /** The same for a part of what the chart has as x: the steps of all curves that lie in it. */
  async zoomOn(range: readonly [number, number] | null, xOf: (series: Series) => ArrayLike<number>): Promise<void> {
    if (range === null) return this.zoom(null);
    const parts = this.#series.flatMap((series) => rangeOver({ from: xOf(series), to: series.step }, range) ?? []);
    return this.zoom(parts.length === 0 ? null : [Math.min(...parts), Math.max(...parts)]);
  }

  close(): void {
    this.#end();
    this.#refresh.cancel();
  }

  async #load(): Promise<void> {
    const { runs, metrics, buckets } = this.#request;
    const mine = ++this.#newest;
    if (runs.length === 0 || metrics.length === 0) {
      this.#series = [];
      return;
    }
    const series = await this.#client.attempt('runs.series', {
      runs: [...runs],
      metrics: metrics.slice(0, 50),
      buckets,
      from: this.#range?.[0] ?? null,
      to: this.#range?.[1] ?? null,
    });
    if (!series || mine !== this.#newest) return;
    this.#series = series;
    this.#loaded = true;
  }
}
