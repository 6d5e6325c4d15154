import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { encodeCheckpoint } from '../../../main/engine/checkpoint.ts';
import type { HostTensors } from '../../../main/engine/method.ts';

/** What PyTorch is told before the first step. */
export interface TorchRun {
  readonly method: string;
  /** [n, h, w, c] */
  readonly shape: readonly number[];
  readonly threads: number;
  readonly temperature: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Where the weights go at the end. */
  readonly out: string;
}

/** The same recipe in PyTorch, in step with this program. */
export class TorchProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;

  constructor(python: string, run: TorchRun, weights: HostTensors) {
    const script = join(import.meta.dirname, 'torchRecipe.py');
    this.child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    // The header of a checkpoint is of no use to PyTorch; its form is that of any safetensors file.
    const bytes = encodeCheckpoint({ header: {} as never, tensors: weights });
    this.child.stdin.write(`${JSON.stringify({ ...run, bytes: bytes.length })}\n`);
    this.child.stdin.write(bytes);
  }

  /** One step; answers its loss. */
  async step(learningRate: number, momentum: number, views: readonly Float32Array[]): Promise<number> {
    this.numbers(learningRate, momentum);
    for (const view of views) this.child.stdin.write(new Uint8Array(view.slice().buffer));
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error('PyTorch ended early.');
    return Number(value);
  }

  /** Ends it; its weights are then in the file. */
  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.numbers(NaN, 0);
    this.child.stdin.end();
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`PyTorch ended with ${code}.`);
  }

  private numbers(...values: readonly number[]): void {
    this.child.stdin.write(new Uint8Array(Float64Array.from(values).buffer));
  }
}
