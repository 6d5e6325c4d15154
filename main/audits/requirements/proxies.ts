import type { CheckFinding } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import type { ScoredRows } from '../../fairness/metric.ts';
import { auroc } from '../../fairness/metrics/auroc.ts';
import { Z95 } from '../../fairness/normal.ts';
import { UNKNOWN, type CheckTable, type Coded, type SimpleFeature } from './checkTable.ts';

const FOLDS = 5;
const BINS = 10;
/** AUROC from which a feature is called a proxy. */
export const NOTABLE_AUROC = 0.7;
const STRONG_AUROC = 0.9;
/** Predicting is not tried with fewer rows of a value. */
const LEAST_ROWS = 20;

/** Cross-validated AUROC with its 95% interval (Hanley and McNeil 1982). */
export interface ProxyStrength {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How well simple features tell one value of a sensitive feature from all others: five folds by subject, numbers in ten ranges of
 * equal count, log-odds of each range or value from the training folds (add one half), summed over features.
 * @param positive 1 where the row has the value
 */
export function proxyStrength(
  features: readonly Binned[],
  positive: Uint8Array,
  folds: Uint8Array,
): ProxyStrength | null {
  const n = positive.length;
  const score = new Float64Array(n);
  for (const feature of features) addLogOdds(feature, positive, folds, score);
  const value = auroc.value(levelsOf(score, positive), null);
  if (value === null) return null;
  const ones = positive.reduce((sum, one) => sum + one, 0);
  const half = Z95 * standardError(value, ones, n - ones);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** Every score that occurs, ascending, with how many rows have it: few of them where there is one feature. */
function levelsOf(score: Float64Array, positive: Uint8Array): ScoredRows {
  const counts = new Map<number, [number, number]>();
  score.forEach((value, row) => {
    const count = counts.get(value) ?? [0, 0];
    count[positive[row] === 1 ? 1 : 0]++;
    counts.set(value, count);
  });
  const levels = [...counts].sort(([a], [b]) => a - b);
  return {
    length: 2 * levels.length,
    truth: Uint8Array.from({ length: 2 * levels.length }, (_, at) => at % 2),
    score: Float64Array.from(levels.flatMap(([value]) => [value, value])),
    weight: Int32Array.from(levels.flatMap(([, count]) => count)),
  };
}

/** Standard error of an AUROC with so many positives and negatives (Hanley and McNeil 1982, formulas 1 and 2). */
export function standardError(area: number, positives: number, negatives: number): number {
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (positives - 1) * (q1 - area ** 2) + (negatives - 1) * (q2 - area ** 2)) /
    (positives * negatives);
  return Math.sqrt(Math.max(0, variance));
}

/** Adds to every row the log-odds of its range, as the other folds have them; one pass over the rows to count, one to add. */
function addLogOdds(
  { bins, count }: Binned,
  positive: Uint8Array,
  folds: Uint8Array,
  score: Float64Array,
): void {
  const n = bins.length;
  const width = 2 * count;
  const own = new Float64Array(FOLDS * width);
  for (let row = 0; row < n; row++) {
    const cell = (folds[row] as number) * width + 2 * (bins[row] as number) + (positive[row] as number);
    own[cell] = (own[cell] as number) + 1;
  }
  const odds = Float64Array.from({ length: FOLDS * count }, () => 0);
  for (let fold = 0; fold < FOLDS; fold++) odds.set(logOdds(own, width, fold), fold * count);
  for (let row = 0; row < n; row++)
    score[row] =
      (score[row] as number) + (odds[(folds[row] as number) * count + (bins[row] as number)] as number);
}

/** Log-odds of every range from all folds but one. */
function logOdds(counts: Float64Array, width: number, without: number): Float64Array {
  const others = new Float64Array(width).fill(0.5);
  counts.forEach((count, at) => {
    const cell = at % width;
    if (Math.floor(at / width) !== without) others[cell] = (others[cell] ?? 0) + count;
  });
  const total = (side: number): number =>
    others.reduce((sum, count, at) => (at % 2 === side ? sum + count : sum), 0);
  const [zeros, ones] = [total(0), total(1)];
  return Float64Array.from(
    { length: width / 2 },
    (_, bin) => Math.log((others[2 * bin + 1] ?? 0.5) / ones) - Math.log((others[2 * bin] ?? 0.5) / zeros),
  );
}

/** A simple feature in ranges or values. */
export interface Binned {
  readonly bins: Uint16Array;
  readonly count: number;
}

/** Codes of categories, or ranges of equal count; what is missing is the last. */
export function binsOf({ kind, values }: SimpleFeature): Binned {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = Array.from(
    { length: BINS - 1 },
    (_, at) => known[Math.floor(((at + 1) * known.length) / BINS)] ?? 0,
  );
  const count = kind === 'category' ? Math.trunc(known.at(-1) ?? 0) + 2 : BINS + 1;
  const bins = Uint16Array.from(values, (value) => {
    if (Number.isNaN(value)) return count - 1;
    return kind === 'category' ? value : placeAmong(edges, value);
  });
  return { bins, count };
}

function placeAmong(edges: readonly number[], value: number): number {
  const at = edges.findIndex((edge) => value < edge);
  return at < 0 ? edges.length : at;
}

/** How well each simple feature, and all together, tell each sensitive feature. */
export function proxies(table: CheckTable): readonly CheckFinding[] {
  if (table.features.length === 0) return [];
  const folds = foldsOf(table);
  const binned = table.features.map((feature) => ({ name: feature.name, ...binsOf(feature) }));
  return table.sensitive.flatMap((sensitive) => {
    const single = binned.map((feature) => strongest([feature], feature.name, sensitive, folds));
    const all = strongest(binned, 'all simple features together', sensitive, folds);
    return [...single, all].filter((found) => found !== null);
  });
}

/** All rows of a subject in one fold. */
function foldsOf({ subjects, rows, seed }: CheckTable): Uint8Array {
  const most = subjects.reduce((max, code) => Math.max(max, code), 0);
  const places = Rng.stream(seed, 'proxies').permutation(most + 1);
  return Uint8Array.from({ length: rows }, (_, row) => (places[subjects[row] ?? 0] ?? 0) % FOLDS);
}

/** The value of a sensitive feature that features tell best. */
function strongest(
  features: readonly Binned[],
  name: string,
  { name: about, values, codes }: Coded,
  folds: Uint8Array,
): CheckFinding | null {
  const known = values.filter((value) => value !== UNKNOWN);
  // Of two values one is the other's opposite.
  const asked = known.length === 2 ? known.slice(1) : known;
  let best: { readonly value: string; readonly strength: ProxyStrength } | null = null;
  for (const value of asked) {
    const code = values.indexOf(value);
    const positive = Uint8Array.from(codes, (own) => Number(own === code));
    const ones = positive.reduce((sum, one) => sum + one, 0);
    if (ones < LEAST_ROWS || codes.length - ones < LEAST_ROWS) continue;
    const strength = proxyStrength(features, positive, folds);
    if (strength && (best === null || strength.value > best.strength.value)) best = { value, strength };
  }
  return best && findingOf(name, about, best.value, best.strength);
}

function findingOf(
  feature: string,
  about: string,
  value: string,
  { value: area, low, high }: ProxyStrength,
): CheckFinding {
  const notable = area >= NOTABLE_AUROC;
  return {
    ...{ kind: 'proxy', severity: notable ? 'warning' : 'info', about: `${feature} → ${about} ${value}` },
    ...{ measure: 'AUROC, cross-validated', value: area, low, high },
    finding: `From ${feature}, ${about} ${value} can ${area >= STRONG_AUROC ? 'nearly always' : notable ? 'often' : 'hardly'} be told.`,
    advice: notable
      ? `Leaving ${about} out does not keep it from a model: audit by ${about}, and consider leaving ${feature} out.`
      : '',
  };
}
