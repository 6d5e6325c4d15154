import { baseReason } from '../metric.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** Scores nearer to 0 or 1 than this count as this far away: their log-odds would be infinite. */
const LEAST = 1e-6;
const MAX_STEPS = 50;

/** Slope of a logistic regression of the truth on the log-odds of the score (Cox 1958): 1 is calibrated, below 1 is too sure. */
export const calibrationSlope: ScoreMetric = {
  id: 'calibrationSlope',
  title: 'Calibration slope',
  summary: 'Slope of the truth on the log-odds of the score: 1 is calibrated, below 1 is too sure.',
  higherIsBetter: null,
  kind: 'score',
  binary: true,
  base: 'bothLabels',
  undefinedReason: `${baseReason('bothLabels')}, or scores that separate them`,
  value: slope,
};

// Newton's method; without a maximum (labels that scores separate, scores that are all equal) it does not settle.
function slope(rows: ScoredRows): number | null {
  const odds = rows.score.map(logOdds);
  let [a, b] = [0, 1];
  for (let step = 0; step < MAX_STEPS; step++) {
    const change = newtonStep(rows, odds, a, b);
    if (change === null) return null;
    a += change[0];
    b += change[1];
    if (Math.abs(b) > 1e3) return null;
    if (Math.abs(change[0]) + Math.abs(change[1]) < 1e-12 * (1 + Math.abs(b))) return b;
  }
  return null;
}

function newtonStep(
  { length, truth, weight }: ScoredRows,
  odds: Float64Array,
  a: number,
  b: number,
): readonly [number, number] | null {
  let [ga, gb, aa, ab, bb] = [0, 0, 0, 0, 0];
  for (let row = 0; row < length; row++) {
    const times = weight === null ? 1 : (weight[row] ?? 0);
    if (times === 0) continue;
    const x = odds[row] ?? 0;
    const p = 1 / (1 + Math.exp(-(a + b * x)));
    const error = times * ((truth[row] ?? 0) - p);
    const spread = times * p * (1 - p);
    ga += error;
    gb += error * x;
    aa += spread;
    ab += spread * x;
    bb += spread * x * x;
  }
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-12 * aa * bb)) return null;
  return [(bb * ga - ab * gb) / determinant, (aa * gb - ab * ga) / determinant];
}

function logOdds(score: number): number {
  const p = Math.min(1 - LEAST, Math.max(LEAST, score));
  return Math.log(p / (1 - p));
}
