import { createInterface } from 'node:readline';

import * as tf from '@tensorflow/tfjs';

import type { CompiledStep, HostTensor, TensorSpec } from '../../main/compiler/index.ts';
import { compileStep, StateStore } from '../../main/compiler/index.ts';
import type { BenchStep } from './step.ts';
import * as steps from './steps/registry.ts';

/** Times compiled steps on demand: one JSON command per line on stdin, one JSON answer per line on stdout. */
interface Command {
  readonly do: 'prepare' | 'run' | 'memory';
  readonly id?: string;
  readonly threads?: number;
  readonly count?: number;
}

interface Prepared {
  readonly step: BenchStep;
  readonly compiled: CompiledStep;
  readonly store: StateStore;
}

function specsOf(tensors: Readonly<Record<string, HostTensor>>): Record<string, TensorSpec> {
  return Object.fromEntries(
    Object.entries(tensors).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
  );
}

async function prepare(id: string, threads: number): Promise<Prepared> {
  await tf.setBackend('cpu');
  const step = Object.values(steps)
    .map((make) => make())
    .find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`There is no reference step "${id}".`);
  const signature = { state: specsOf(step.state), inputs: specsOf(step.inputs) };
  const compiled = await compileStep(step.fn, signature, { name: id, threads });
  return { step, compiled, store: StateStore.from(step.state) };
}

async function timed(
  { step, compiled, store }: Prepared,
  count: number,
): Promise<{ ms: number[]; loss: number }> {
  const ms: number[] = [];
  let loss = NaN;
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    const outputs = await compiled.run(store, step.inputs);
    ms.push(performance.now() - start);
    loss = outputs['loss']?.data[0] ?? NaN;
  }
  return { ms, loss };
}

let prepared: Prepared | null = null;

async function answer(command: Command): Promise<unknown> {
  if (command.do === 'memory') return { peakMemoryMiB: process.resourceUsage().maxRSS / 1024 };
  if (command.do === 'run' && prepared !== null) return timed(prepared, command.count ?? 1);
  prepared = await prepare(command.id ?? '', command.threads ?? 1);
  const { report } = prepared.compiled;
  return { device: 'cpu', compileMs: report.compileMs, flops: report.flops, nodes: report.nodes };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Command))}\n`);
}
