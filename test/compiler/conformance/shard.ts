/**
 * Runs a share of TensorFlow.js's operator tests on one backend:
 * `node shard.ts <bundle> <backend> <index> <count> <report>`. Started by `run.ts`.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import jasmineCore from 'jasmine-core';

import type { Recorder } from '../../../main/compiler/recorder.ts';
import type { ShardReport, SpecResult } from './specResult.ts';

interface Bundle {
  readonly registerBackend: () => Recorder;
  readonly setTestEnvs: (envs: readonly object[]) => void;
  readonly files: Readonly<Record<string, () => Promise<unknown>>>;
}

const [bundlePath = '', backend = '', index = '0', count = '1', reportPath = ''] = process.argv.slice(2);

// What the tests measure are kernels; tfjs's hints to install tfjs-node are noise.
console.warn = () => undefined;
console.log = () => undefined;

// The same tests draw the same numbers every time.
let state = 1;
Math.random = (): number => {
  state = (state * 16807) % 2147483647;
  return state / 2147483647;
};

jasmineCore.installGlobals();
const environment = jasmineCore.jasmine.getEnv();
environment.configure({ random: false, forbidDuplicateNames: false });

const { registerBackend, setTestEnvs, files } = (await import(pathToFileURL(bundlePath).href)) as Bundle;
const recorder = registerBackend();
setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);

let file = '';
const fileOfSuite = new Map<string, string>();
for (const [position, [path, load]] of Object.entries(files).entries()) {
  if (position % Number(count) !== Number(index)) continue;
  file = path.replace(/^ops\//, '').replace(/_test\.js$/, '');
  const before = environment.topSuite().children.length;
  await load();
  for (const child of environment.topSuite().children.slice(before)) fileOfSuite.set(child.id, file);
}

const results: SpecResult[] = [];
const seen = new Map<string, number>();
let started = 0;
let graphsBefore = 0;

/** Names the environment, which is the same everywhere, out of the spec's name. */
function nameOf(fullName: string): string {
  const name = fullName.replaceAll(` ${backend} {}`, ':');
  const times = (seen.get(`${file}|${name}`) ?? 0) + 1;
  seen.set(`${file}|${name}`, times);
  return times === 1 ? name : `${name} #${times}`;
}

environment.addReporter({
  suiteStarted(suite) {
    file = fileOfSuite.get(suite.id) ?? file;
  },
  specStarted(spec) {
    file = fileOfSuite.get(spec.id) ?? file;
    recorder.fallbacks.clear();
    graphsBefore = recorder.graphsRun;
    started = performance.now();
  },
  specDone(spec) {
    if (spec.status === 'excluded' || spec.status === 'pending') return;
    results.push({
      file,
      name: nameOf(spec.fullName),
      passed: spec.status === 'passed',
      message: (spec.failedExpectations[0]?.message ?? '').split('\n').slice(0, 3).join(' ').slice(0, 400),
      fallbacks: [...recorder.fallbacks.keys()].sort(),
      graphs: recorder.graphsRun - graphsBefore,
      milliseconds: Math.round(performance.now() - started),
    });
  },
});

await environment.execute();
const { user, system } = process.cpuUsage();
const report: ShardReport = { results, cpuSeconds: (user + system) / 1e6 };
writeFileSync(reportPath, JSON.stringify(report));
process.exit(0);
