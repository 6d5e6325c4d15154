/**
 * Compares metrics with scikit-learn: `PRETEXT_PYTHON=<python> node test/bench/parity.ts [--rows 5000]`. Says why it does nothing where no such
 * Python is named. The one difference meant: what has an empty denominator is null here, and 0 there.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../../main/core/rng.ts';
import { cellsOf } from '../../main/fairness/cells.ts';
import { divide } from '../../main/fairness/intersections.ts';
import { allMetrics } from '../../main/fairness/metricCatalog.ts';
import { metricFrame } from '../../main/fairness/metricFrame.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '5000' } } });
const python = process.env['PRETEXT_PYTHON'];
if (python === undefined) {
  console.log('skipped: PRETEXT_PYTHON names no Python with scikit-learn');
  process.exit(0);
}

const rows = Number(flags.rows);
const rng = Rng.stream(1, 'parity');
// The last group has no positives, and nothing of it is selected: its denominators are empty.
const group = Int16Array.from({ length: rows }, (_, row) => (row < 40 ? 3 : rng.below(3)));
const truth = Int16Array.from(group, (code) => (code === 3 ? 0 : rng.below(2)));
const score = Float64Array.from(truth, (code, row) =>
  group[row] === 3 ? 0.1 : Math.round((0.25 * code + 0.75 * rng.uniform()) * 1000) / 1000,
);
const { groupings } = divide([{ name: 'g', values: ['a', 'b', 'c', 'empty'], codes: group }], false);
const outcomes = outcomesOf({ classes: 2, truth, predicted: truth, score, positive: 1, threshold: 0.5 });
const frame = metricFrame(outcomes, cellsOf(groupings, rows), subjectsOf(null, rows), allMetrics());

const { stdout, stderr, status } = spawnSync(python, [join(import.meta.dirname, 'parity/scikitLearn.py')], {
  input: JSON.stringify({ truth: [...truth], score: [...score], group: [...group] }),
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});
if (status !== 0) throw new Error(stderr);
const theirs = JSON.parse(stdout) as readonly Readonly<Record<string, number | null>>[];
let [compared, meant, wrong] = [0, 0, 0];
theirs.forEach((values, cell) => {
  for (const [id, other] of Object.entries(values)) {
    const own = frame[cell]?.values[id] ?? null;
    compared++;
    if (own === null && (other === null || other === 0)) meant++;
    else if (own === null || other === null || Math.abs(own - other) > 1e-9) {
      wrong++;
      console.log(`${id} of cell ${cell}: ${own} here, ${other} there`);
    }
  }
});
console.log(
  `${compared} values compared, ${meant} of them undefined here and 0 or undefined there, ${wrong} different`,
);
process.exitCode = wrong === 0 ? 0 : 1;
