/**
 * Measures an audit of many predictions on worker threads: `node test/bench/audit.ts [--rows 1000000] [--draws 2000] [--threads 2] [--per-subject 10]`.
 * Prints wall time, processor time and peak memory; the goal is 20 s and 1 GiB on two processors.
 */
import { parseArgs } from 'node:util';
import { runAudit } from '../../main/audits/auditRunner.ts';
import { Rng } from '../../main/core/rng.ts';
import type { AssessInput } from '../../main/audits/table.ts';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    draws: { type: 'string', default: '2000' },
    threads: { type: 'string', default: '2' },
    'per-subject': { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const [rows, draws, threads, perSubject] = [flags.rows, flags.draws, flags.threads, flags['per-subject']].map(
  Number,
) as [number, number, number, number];
const subjects = Math.ceil(rows / perSubject);

/** 12 metrics of counts, and two of scores. */
const METRICS = [
  'accuracy', 'errorRate', 'balancedAccuracy', 'selectionRate', 'prevalence', 'truePositiveRate', 'falsePositiveRate', 'trueNegativeRate',
  'falseNegativeRate', 'precision', 'negativePredictiveValue', 'f1', 'brier', 'auroc',
] as const; // prettier-ignore

/** Predictions of people of three features (2, 4 and 5 values); the score of a few rows of a person depends on the person. */
function input(): AssessInput {
  const rng = Rng.stream(1, 'bench');
  const feature = (name: string, size: number): AssessInput['table']['sensitive'][number] => {
    const own = Int16Array.from({ length: subjects }, () => rng.below(size));
    const codes = Int16Array.from({ length: rows }, (_, row) => own[row % subjects] ?? 0);
    return {
      name,
      source: 'synthetic',
      values: Array.from({ length: size }, (_, at) => `${name} ${at}`),
      codes,
    };
  };
  const sensitive = [feature('a', 2), feature('b', 4), feature('c', 5)];
  const truth = new Int16Array(rows);
  const score = new Float64Array(rows);
  const luck = Float64Array.from({ length: subjects }, () => rng.normal());
  for (let row = 0; row < rows; row++) {
    truth[row] = rng.uniform() < 0.4 ? 1 : 0;
    const pull =
      (truth[row] ?? 0) * 1.5 -
      0.75 +
      (luck[row % subjects] ?? 0) / 2 -
      (sensitive[0]?.codes[row] ?? 0) * 0.1;
    score[row] = 1 / (1 + Math.exp(-(pull + rng.normal())));
  }
  return {
    facts: {
      id: 'bench', name: 'bench', created: '2026-01-01T00:00:00.000Z', dataset: null, datasetName: 'bench', primaryDeclared: null,
      looks: 1, hashes: {}, costs: [], notes: [],
    }, // prettier-ignore
    options: {
      features: ['a', 'b', 'c'], intersections: true, metrics: METRICS, primary: null, split: 'audit', threshold: 0.5, positive: null, draws, seed: 1,
    }, // prettier-ignore
    table: {
      target: 'y',
      classes: ['0', '1'],
      truth,
      sensitive,
      subjects: perSubject === 1 ? null : Int32Array.from({ length: rows }, (_, row) => row % subjects),
      names: null,
    },
    models: [
      { run: null, name: 'bench', method: '', seed: null, names: null, classes: ['0', '1'], predicted: truth, scores: null, positiveScore: score },
    ], // prettier-ignore
  };
}

const given = input();
const [start, used] = [performance.now(), process.cpuUsage()];
let last = '';
const audit = await runAudit(
  { kind: 'assess', input: given, threads },
  {
    onProgress: (fraction, detail) => {
      const at = ((performance.now() - start) / 1000).toFixed(1);
      if (detail !== last && !flags.json)
        process.stdout.write(`${at.padStart(6)} s  ${(fraction * 100).toFixed(0).padStart(3)}%  ${detail}\n`);
      last = detail;
    },
  },
);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(used);
const result = {
  rows, draws, threads, subjects, groups: audit.models[0]?.groups.length ?? 0, seconds, processorSeconds: (user + system) / 1e6,
  peakMiB: process.resourceUsage().maxRSS / 1024,
}; // prettier-ignore
if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  process.stdout.write(
    `${rows} predictions of ${subjects} subjects, ${result.groups} groups, ${draws} draws, ${threads} threads\n`,
  );
  process.stdout.write(
    `wall ${seconds.toFixed(1)} s (goal 20), processors ${result.processorSeconds.toFixed(1)} s, peak memory ${result.peakMiB.toFixed(0)} MiB (goal 1024)\n`,
  );
  process.stdout.write(
    `${audit.rules.find((rule) => rule.includes('levels')) ?? 'scores were measured row by row'}\n`,
  );
}
