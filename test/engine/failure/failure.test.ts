import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sessionCount } from '../../../main/compiler/sessionCache.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { explained, explaining } from '../../../main/engine/engineFailure.ts';
import { estimate } from '../../../main/engine/estimate.ts';
import { pretrain } from '../../../main/engine/pretrain.ts';
import type { PretrainEvent } from '../../../main/engine/pretrainEvents.ts';
import { checkpointsOf, collectEvents, tinyConfig, tinyData, tinyHost } from '../tiny.ts';

/** As ONNX Runtime, CUDA, Dawn and TensorFlow word them. */
const MEMORY = [
  "Non-zero status code returned while running Conv node. Name:'t46' Status Message: bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 67108864",
  'CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);',
  'std::bad_alloc',
  'OOM when allocating tensor with shape[8192,8192] and type float on GPU:0',
  'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
];
const LOST = [
  'WebGPU device lost (2): vkQueueSubmit failed with VK_ERROR_DEVICE_LOST',
  'CUDA failure 719: unspecified launch failure ; GPU=0',
  '887A0005 DXGI_ERROR_DEVICE_REMOVED',
];
const at = { id: 'onnx', device: 'webgpu' } as const;

describe('a failure of the engine', () => {
  it.each(MEMORY)('says that memory ran out: %s', (text) => {
    expect(explained(new Error(text), at, 'simclr')).toMatchObject({
      code: 'engine',
      message: expect.stringMatching(/^Memory ran out on onnx\/webgpu during simclr/) as string,
      hint: expect.stringContaining('batchSize') as string,
    });
  });
  it.each(LOST)('says that the device was lost: %s', (text) => {
    expect(explained(new Error(text), at, 'simclr')).toMatchObject({
      code: 'engine',
      message: expect.stringMatching(/^The device of onnx\/webgpu was lost during simclr: /) as string,
      hint: expect.stringContaining('checkpoint') as string,
    });
  });
  it('of another kind stays what it was', () => {
    const fault = new Error('The step "x" uses the kernel Foo, which cannot be compiled');
    expect(explained(fault, at, 'x')).toBe(fault);
  });
});

/** The engine, whose `simclr` step throws from its fourth run on. */
async function failing(text: string): Promise<Engine> {
  const engine = await onnx.activate({ device: 'cpu', threads: 1 });
  return explaining({
    ...engine,
    async compile(step, signature, name) {
      const compiled = await engine.compile(step, signature, name);
      let runs = 0;
      return {
        ...compiled,
        async run(state, inputs) {
          if (name === 'simclr' && ++runs > 3) throw new Error(text);
          return compiled.run(state, inputs);
        },
      };
    },
  });
}

async function untilFailure(engine: Engine): Promise<{ events: PretrainEvent[]; cause: unknown }> {
  const events: PretrainEvent[] = [];
  const config = tinyConfig('simclr', { maxSamples: 16 });
  const task = { config, data: tinyData(), datasetDigest: 'd', resumeFrom: null, spent: null };
  try {
    for await (const event of pretrain(task, tinyHost(engine))) events.push(event);
  } catch (cause) {
    return { events, cause };
  }
  return { events, cause: null };
}

describe('a run whose engine fails', () => {
  it.each([MEMORY[0], LOST[0]] as const)(
    'ends with that reason, keeps its last checkpoint, and can be resumed from it: %s',
    async (text) => {
      const { events, cause } = await untilFailure(await failing(text ?? ''));
      expect(cause).toMatchObject({
        code: 'engine',
        hint: expect.stringContaining('checkpoint is kept') as string,
      });
      const last = checkpointsOf(events).at(-1);
      expect(last).toMatchObject({ kind: 'periodic', step: 2, epoch: 1 });
      if (!last) return;
      const whole = await onnx.activate({ device: 'cpu', threads: 1 });
      const config = tinyConfig('simclr', { maxSamples: 16 });
      const rest = await collectEvents(config, tinyData(), whole, { resumeFrom: last });
      expect(rest.at(-1)).toMatchObject({ type: 'finished', stopped: false });
    },
  );
  it('gives back every session, as one that ends well does', async () => {
    const before = sessionCount();
    const { cause } = await untilFailure(await failing('std::bad_alloc'));
    expect(cause).not.toBeNull();
    expect(sessionCount()).toBe(before);
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    const data = tinyData();
    await collectEvents(tinyConfig('simclr', { epochs: 1 }), data, engine);
    const wider = tinyConfig('simclr', { epochs: 1, encoder: { id: 'smallCnn', params: { width: 8 } } });
    const [first] = checkpointsOf(await collectEvents(wider, data, engine));
    await expect(
      collectEvents(tinyConfig('simclr'), data, engine, { ...(first ? { resumeFrom: first } : {}) }),
    ).rejects.toThrow(/does not fit/);
    const task = { config: tinyConfig('simclr'), data };
    await estimate(engine, task, true, { clock: () => 0, peakMemory: () => null });
    expect(sessionCount()).toBe(before);
  });
});

/** What `outOfMemory.ts` prints. */
interface OutOfMemory {
  readonly events: readonly string[];
  readonly message: string;
  readonly hint: string;
  readonly taken: number;
}

describe('a process that may not have the memory a batch needs', () => {
  // Only Linux lets a shell limit the memory of what it starts.
  const skipped = process.platform !== 'linux';
  const title = skipped ? ' (skipped: limits of memory are Linux’s)' : '';
  it.skipIf(skipped)(`saves, then says that memory ran out, and goes on living${title}`, () => {
    const script = fileURLToPath(new URL('./outOfMemory.ts', import.meta.url));
    const limit = 12_000;
    const command = `ulimit -v ${limit * 1024} && exec "$0" "$1" ${limit}`;
    const child = spawnSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' });
    expect(child.status, child.stderr).toBe(0);
    const found = JSON.parse(child.stdout) as OutOfMemory;
    expect(found.taken).toBeGreaterThan(0);
    expect(found.events).toContain('checkpoint');
    expect(found.message).toMatch(/^Memory ran out on onnx\/cpu during simclr, at a request for [\d.]+ MiB/);
    expect(found.hint).toContain('batchSize');
  });
});
