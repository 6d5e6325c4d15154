import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import * as tf from '@tensorflow/tfjs';

import type { CompiledStep, HostTensor, Inspection, TensorSpec } from '../../main/compiler/index.ts';
import { compileStep, StateStore } from '../../main/compiler/index.ts';
import * as steps from './steps/registry.ts';

/** Times compiled steps on demand: one JSON command per line on stdin, one JSON answer per line on stdout. */
interface Command {
  readonly do: 'prepare' | 'run' | 'memory' | 'end';
  readonly id?: string;
  readonly threads?: number;
  readonly samples?: number;
  readonly count?: number;
  /** Prefix of the operator profile that `end` completes. */
  readonly profile?: string;
  /** Folder for the compiled graph as text and as a model file. */
  readonly dumpGraph?: string;
}

interface Prepared {
  readonly compiled: CompiledStep;
  readonly store: StateStore;
  readonly inputs: Readonly<Record<string, HostTensor>>;
}

function specsOf(tensors: Readonly<Record<string, HostTensor>>): Record<string, TensorSpec> {
  return Object.fromEntries(
    Object.entries(tensors).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
  );
}

function write(folder: string, { name, text, model }: Inspection): void {
  writeFileSync(join(folder, `${name}.txt`), text);
  writeFileSync(join(folder, `${name}.onnx`), model);
}

async function prepare({ id = '', threads = 1, samples, profile, dumpGraph }: Command): Promise<Prepared> {
  await tf.setBackend('cpu');
  const step = Object.values(steps).find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`There is no reference step "${id}".`);
  const { state, inputs, fn } = step.build(samples);
  const signature = { state: specsOf(state), inputs: specsOf(inputs) };
  const compiled = await compileStep(fn, signature, {
    name: id,
    threads,
    ...(profile === undefined ? {} : { profile }),
    ...(dumpGraph === undefined ? {} : { inspect: (graph) => write(dumpGraph, graph) }),
  });
  return { compiled, store: StateStore.from(state), inputs };
}

async function timed(
  { compiled, store, inputs }: Prepared,
  count: number,
): Promise<{ ms: number[]; cpuMs: number[]; wallMs: number; loss: number }> {
  const ms: number[] = [];
  const cpuMs: number[] = [];
  let loss = NaN;
  const began = performance.now();
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    const used = process.cpuUsage();
    const outputs = await compiled.run(store, inputs);
    const { user, system } = process.cpuUsage(used);
    ms.push(performance.now() - start);
    cpuMs.push((user + system) / 1000);
    loss = outputs['loss']?.data[0] ?? NaN;
  }
  return { ms, cpuMs, wallMs: performance.now() - began, loss };
}

let prepared: Prepared | null = null;

async function answer(command: Command): Promise<unknown> {
  if (command.do === 'memory') {
    const residentMiB = process.memoryUsage().rss / 2 ** 20;
    return { peakMemoryMiB: process.resourceUsage().maxRSS / 1024, residentMiB };
  }
  if (command.do === 'run' && prepared !== null) return timed(prepared, command.count ?? 1);
  if (command.do === 'end') {
    await prepared?.compiled.dispose();
    return {};
  }
  prepared = await prepare(command);
  const { report } = prepared.compiled;
  return { device: 'cpu', compileMs: report.compileMs, flops: report.flops, nodes: report.nodes };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Command))}\n`);
}
