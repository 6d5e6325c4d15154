import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { withoutLowering } from '../../../main/compiler/kernels/withoutLowering.ts';
import { bundleTests } from './bundle.ts';
import { exceptions, SPEC_COUNT } from './exceptions.ts';
import type { Verdict } from './judge.ts';
import { judge } from './judge.ts';
import type { ShardReport, SpecResult } from './specResult.ts';

const SHARDS = 2;
const OUT = join(import.meta.dirname, '../../../out');

/** Least share of the tests in scope that has to pass. */
const LEAST_SHARE = 0.95;

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs TensorFlow.js's own operator tests on a backend, in a process per shard. */
export async function runSpecs(backend: string): Promise<{ results: SpecResult[]; cpuSeconds: number }> {
  mkdirSync(OUT, { recursive: true });
  // Inside the project, because the bundle still asks for ONNX Runtime from node_modules.
  const folder = mkdtempSync(join(OUT, 'conformance-'));
  try {
    const bundle = await bundleTests(folder);
    const reports = await Promise.all(
      Array.from({ length: SHARDS }, (_, index) => runShard(folder, bundle, backend, index)),
    );
    return {
      results: reports.flatMap((report) => report.results),
      cpuSeconds: reports.reduce((total, report) => total + report.cpuSeconds, 0),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runShard(folder: string, bundle: string, backend: string, index: number): Promise<ShardReport> {
  const report = join(folder, `report-${index}.json`);
  const args = [
    join(import.meta.dirname, 'shard.ts'),
    bundle,
    backend,
    String(index),
    String(SHARDS),
    report,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(readFileSync(report, 'utf8')) as ShardReport);
      else reject(new Error(`Shard ${index} ended with code ${String(code)}: ${errors.slice(-2000)}`));
    });
  });
}

/** Kernels that may answer for the compiled graph: those without a lowering, and any kernel given strings. */
function mayFallBack(kernel: string): boolean {
  return kernel in withoutLowering || kernel.endsWith(' of strings');
}

/** How many tests each reason keeps out of scope. */
function excluded(results: readonly SpecResult[]): string[] {
  const counts = new Map<string, number>();
  for (const { fallbacks } of results) {
    if (fallbacks.length === 0) continue;
    const kernel = fallbacks.find((name) => name in withoutLowering);
    const reason = (kernel === undefined ? undefined : withoutLowering[kernel]) ?? 'it works on strings';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(
    ([reason, count]) => `excluded, answered by the cpu kernel: ${count} tests, because ${reason}.`,
  );
}

/** The conformance suite of `npm test`: prints what failed and why it may; a listed failure counts as skipped. */
export async function runConformance(): Promise<Tally> {
  const start = performance.now();
  const { results, cpuSeconds } = await runSpecs('onnx');
  const verdict = judge(results, exceptions, { specs: SPEC_COUNT, mayFallBack });
  for (const { file, name, reason } of verdict.listed) console.log(`listed: ${file} | ${name}: ${reason}.`);
  for (const line of excluded(results)) console.log(line);
  for (const complaint of verdict.complaints) console.error(complaint);
  const { inScope, withoutGraph, fallback } = verdict;
  const share = inScope.passed / inScope.run;
  console.log(
    `${results.length} tests: ${inScope.run} on compiled graphs (${withoutGraph} of them compute nothing), ` +
      `${inScope.passed} passed (${(100 * share).toFixed(2)}%); ${fallback.passed} of ${fallback.run} passed on ` +
      `kernels without a lowering; ${((performance.now() - start) / 1000).toFixed(0)} s, ` +
      `${cpuSeconds.toFixed(0)} s of processor time.`,
  );
  if (share < LEAST_SHARE) console.error(`Less than ${100 * LEAST_SHARE}% of the tests in scope passed.`);
  return tallyOf(results.length, verdict, share);
}

function tallyOf(specs: number, { complaints, listed }: Verdict, share: number): Tally {
  const failed = complaints.length + (share < LEAST_SHARE ? 1 : 0);
  return { passed: specs - listed.length - failed, failed, skipped: listed.length };
}
