import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A long-lived child process that times steps of one engine; see `engineWorker.ts` for the protocol. */
export class Contender {
  readonly engine: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor(engine: string, command: string, args: readonly string[]) {
    this.engine = engine;
    this.child = spawn(command, [...args]);
    this.child.stderr.on(
      'data',
      (chunk: Buffer) => (this.errors = `${this.errors}${chunk.toString()}`.slice(-2000)),
    );
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask<T>(command: Readonly<Record<string, unknown>>): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error(`The ${this.engine} process ended: ${this.errors}`);
    return JSON.parse(value) as T;
  }

  close(): void {
    this.child.stdin.end();
  }
}
