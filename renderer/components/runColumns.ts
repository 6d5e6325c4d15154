import type { RunRow } from '../../preload/contract/vocabulary.ts';
import type { Cell } from '../lib/delimited.ts';
import { measured, moment, proportion } from '../lib/format.ts';
import { metricName } from '../lib/metricNames.ts';
import type { Filterable } from '../lib/runFilter.ts';
import type { SortValue } from '../lib/sorting.ts';

/** A column of the Runs table that is plain text. */
export interface RunColumn {
  readonly id: string;
  readonly title: string;
  readonly numeric: boolean;
  readonly text: (run: RunRow) => Cell;
  readonly sort: (run: RunRow) => SortValue;
}

/** What the Runs table needs to know of titles and time. */
export interface RunColumnContext {
  readonly title: (registry: 'methods' | 'encoders', id: string) => string;
  readonly now: () => Date;
}

const METRIC = 'metric:';

/** Columns shown until the user chooses. */
export const DEFAULT_COLUMNS: readonly string[] = ['method', 'state', 'curve', 'metric:knn', 'metric:knn/worst', 'metric:loss', 'dataset', 'tags'];

/** The last value of a metric of a run. */
export function lastOf(run: RunRow, metric: string): number | null {
  return run.metrics[metric]?.last ?? null;
}

/** Every column the rows can fill, in the order of the table. */
export function columnsOf(rows: readonly RunRow[], context: RunColumnContext): readonly RunColumn[] {
  const text = (id: string, title: string, of: (run: RunRow) => string): RunColumn => ({ id, title, numeric: false, text: of, sort: of });
  const metrics = [...new Set(rows.flatMap((run) => Object.keys(run.metrics)))].sort(byImportance);
  return [
    text('method', 'Method · encoder', (run) => `${context.title('methods', run.method)} · ${context.title('encoders', run.encoder)}`),
    text('state', 'State', (run) => run.status),
    { id: 'curve', title: 'kNN', numeric: false, text: () => '', sort: (run) => lastOf(run, 'knn') },
    ...metrics.map((metric): RunColumn => {
      const { title, share } = metricName(metric);
      const format = share ? proportion : measured;
      return { id: METRIC + metric, title: metric === 'knn' ? 'last' : title.toLowerCase(), numeric: true, text: (run) => format(lastOf(run, metric)), sort: (run) => lastOf(run, metric) };
    }),
    text('dataset', 'Data set', (run) => run.datasetName),
    text('experiment', 'Experiment', (run) => run.experimentName),
    { id: 'seed', title: 'seed', numeric: true, text: (run) => run.seed, sort: (run) => run.seed },
    text('tags', 'Tags', (run) => run.tags.join(', ')),
    { id: 'created', title: 'Created', numeric: false, text: (run) => moment(run.created, context.now()), sort: (run) => run.created },
  ];
}

function byImportance(a: string, b: string): number {
  const order = ['knn', 'knn/worst', 'loss'];
  const rank = (metric: string): number => (order.includes(metric) ? order.indexOf(metric) : order.length);
  return rank(a) - rank(b) || a.localeCompare(b);
}

/** Rows are replaced when they change, so what was made of one stays right as long as the row lives. */
const filterable = new WeakMap<RunRow, Filterable>();

/** A run as the filter sees it. */
export function filterableRun(run: RunRow): Filterable {
  const known = filterable.get(run) ?? describe(run);
  filterable.set(run, known);
  return known;
}

function describe(run: RunRow): Filterable {
  const fields = {
    name: run.name, method: run.method, encoder: run.encoder, status: run.status, state: run.status,
    dataset: run.datasetName, experiment: run.experimentName, tag: run.tags.join(' '), seed: String(run.seed),
  };
  const metrics = Object.entries(run.metrics).map(([id, summary]) => [id.toLowerCase(), summary.last] as const);
  return {
    text: [...Object.values(fields), run.notes].join(' '),
    fields,
    numbers: { seed: run.seed, epoch: run.progress?.epoch ?? null, worst: lastOf(run, 'knn/worst'), ...Object.fromEntries(metrics) },
  };
}
