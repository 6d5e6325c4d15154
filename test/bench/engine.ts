import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { printProfile } from './profile.ts';
import type { Result } from './race.ts';
import { race } from './race.ts';
import * as steps from './steps/registry.ts';

/**
 * Times the reference steps on the compiler and, if `PRETEXT_PYTHON` names a Python with torch, in PyTorch, taking
 * turns within one run so that both meet the same load. With `--resume FILE` results are kept there step by step, and
 * a run that was cut short goes on after the last complete one. `--profile DIR` and `--dump-graph DIR` write what ONNX
 * Runtime measured and what it was given.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string' },
    resume: { type: 'string' },
    profile: { type: 'string' },
    'dump-graph': { type: 'string' },
  },
});

function line({ id, engine, medianMs, samplesPerSecond, peakMemoryMiB, ...rest }: Result): string {
  const times = `${medianMs.toFixed(1)} ms  ${samplesPerSecond.toFixed(0)} samples/s  ${peakMemoryMiB.toFixed(0)} MiB`;
  const { ratio, memoryRatio, waitingShare } = rest;
  const memory = memoryRatio === null ? '' : ` (${memoryRatio.toFixed(2)}x)`;
  const waiting = waitingShare === null ? '' : `  waiting ${(100 * waitingShare).toFixed(1)} %`;
  const spread =
    ratio === null
      ? ''
      : `  ratio ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`;
  return `${id.padEnd(16)} ${engine.padEnd(8)} ${times}${memory}${waiting}${spread}`;
}

function geometricMean(results: readonly Result[]): number | null {
  const ratios = results.flatMap(({ engine, ratio }) =>
    engine === 'onnx' && ratio !== null ? [ratio.median] : [],
  );
  if (ratios.length === 0) return null;
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

function readKept(file: string | undefined): Result[] {
  if (file === undefined || !existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { steps: Result[] }).steps;
}

const results = readKept(values.resume);
const folder = (path: string | undefined): string | null => {
  if (path === undefined) return null;
  mkdirSync(path, { recursive: true });
  return path;
};
const options = {
  rounds: Number(values.rounds),
  threads: Number(values.threads),
  dumpGraph: folder(values['dump-graph']),
  profile: folder(values.profile),
};

for (const { id, samples } of Object.values(steps)) {
  const done = results.some((result) => result.id === id);
  if (done || (values.only !== undefined && values.only !== id)) continue;
  const raced = await race(id, samples, options);
  results.push(...raced);
  if (values.resume !== undefined) writeFileSync(values.resume, JSON.stringify({ steps: results }, null, 2));
  if (!values.json) for (const result of raced) console.log(line(result));
  if (options.profile !== null && !values.json) printProfile(options.profile, id);
}
const mean = geometricMean(results);
if (values.json) console.log(JSON.stringify({ steps: results, geometricMean: mean }, null, 2));
else if (mean !== null) console.log(`PyTorch time / our time, geometric mean: ${mean.toFixed(2)}`);
