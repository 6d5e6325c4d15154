import { meanInterval } from '../../../main/fairness/studentT.ts';

/** One run of one method. */
export interface MethodRun {
  readonly method: string;
  readonly seed: number;
  readonly data: string;
  /** Samples seen in training. */
  readonly samples: number;
  readonly encoder: string;
  readonly knn: number | null;
  readonly linear: number | null;
  /** The same probes on pixels. */
  readonly rawKnn: number | null;
  readonly rawLinear: number | null;
  readonly minutes: number;
  /** When it ended. */
  readonly date: string;
}

type Measure = 'knn' | 'linear';

/** One line per method as Markdown: means over seeds, and paired t intervals of the differences in points of per cent. */
export function methodTable(runs: readonly MethodRun[]): string {
  const methods = [...new Set(runs.map(({ method }) => method))];
  const head = ['method', 'encoder', 'seeds', 'kNN', 'linear', 'kNN over untrained', 'linear over untrained', 'linear over raw input', 'linear under supervised', 'minutes a run']; // prettier-ignore
  const rows = methods.map((method) => {
    const own = runs.filter((run) => run.method === method);
    const against = (other: string, measure: Measure): string =>
      difference(
        own,
        runs.filter((run) => run.method === other),
        (run) => run[measure],
        (run) => run[measure],
      );
    const minutes = own.map((run) => run.minutes).sort((a, b) => a - b);
    return [
      method,
      [...new Set(own.map(({ encoder }) => encoder))].join(', '),
      String(own.length),
      mean(own.map(({ knn }) => knn)),
      mean(own.map(({ linear }) => linear)),
      method === 'randomEncoder' ? '' : against('randomEncoder', 'knn'),
      method === 'randomEncoder' ? '' : against('randomEncoder', 'linear'),
      difference(own, own, (run) => run.linear, (run) => run.rawLinear),
      method === 'supervised' ? '' : difference(runs.filter((run) => run.method === 'supervised'), own, (run) => run.linear, (run) => run.linear),
      (minutes[Math.floor(minutes.length / 2)] ?? NaN).toFixed(1),
    ]; // prettier-ignore
  });
  const raw = [...new Map(runs.map((run) => [run.seed, run])).values()];
  const pixels = ['raw input', '–', String(raw.length), mean(raw.map(({ rawKnn }) => rawKnn)), mean(raw.map(({ rawLinear }) => rawLinear)), '', '', '', '', '']; // prettier-ignore
  return [head, head.map(() => '---'), ...rows, pixels].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function mean(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '–';
  return ((100 * known.reduce((sum, value) => sum + value, 0)) / known.length).toFixed(1);
}

/** Mean and 95% paired t interval over the seeds that both have. */
function difference(
  first: readonly MethodRun[],
  second: readonly MethodRun[],
  a: (run: MethodRun) => number | null,
  b: (run: MethodRun) => number | null,
): string {
  const pairs = first.flatMap((run) => {
    const other = second.find(({ seed }) => seed === run.seed);
    const [x, y] = [a(run), other ? b(other) : null];
    return x === null || y === null ? [] : [100 * (x - y)];
  });
  const found = meanInterval(pairs);
  if (!found) return pairs.length === 1 ? `${signed(pairs[0] ?? NaN)} (one seed)` : '–';
  return `${signed(found.mean)} (${found.low.toFixed(1)} to ${found.high.toFixed(1)})`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}
