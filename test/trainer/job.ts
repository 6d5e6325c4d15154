import { type ChildProcess, fork } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, DatasetFiles } from '../../main/core/datasetFiles.ts';
import type { FromTrainer, PretrainJob, ToTrainer } from '../../main/runs/protocol.ts';
import { tinyConfig, tinyData } from '../engine/tiny.ts';
import { testFolder } from '../store/support/testFolder.ts';

const ENTRY = fileURLToPath(new URL('../../main/trainer/index.ts', import.meta.url));

/** A folder of the running test's own. */
export function folder(): string {
  return testFolder('trainer');
}

/** The tiny data set as files, the way a store hands it to a trainer. */
export function tinyFiles(directory: string, count = 96): DatasetFiles {
  const data = tinyData({ count });
  const everything = Uint32Array.from({ length: count }, (_, i) => i);
  const file = (name: string, bytes: Uint8Array): ArtefactFile => {
    const path = join(directory, name);
    writeFileSync(path, bytes);
    return { digest: name, path, size: statSync(path).size };
  };
  const bytes = (values: Uint32Array | Int16Array): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const { pretrain, probeTrain, validation } = data.splits;
  return {
    id: 'tiny',
    digest: 'tiny-digest',
    count,
    shape: data.shape,
    samples: file(
      'samples',
      Uint8Array.from(data.read(everything), (value) => Math.round(255 * value)),
    ),
    targets: [
      { name: data.target.name, classes: data.target.classes, file: file('place', bytes(data.target.codes)) },
    ],
    splits: {
      pretrain: file('pretrain', bytes(pretrain)),
      probeTrain: file('probeTrain', bytes(probeTrain)),
      validation: file('validation', bytes(validation)),
      audit: file('audit', bytes(Uint32Array.of(1, 5))),
    },
    validationGroups: data.validationGroups,
  };
}

/** A job of a tiny run on the default engine. */
export function tinyJob(
  directory: string,
  dataset: DatasetFiles,
  changes: Partial<RunConfig> = {},
): PretrainJob {
  const engine = { id: 'onnx', device: 'cpu', threads: 1 } as const;
  const config = tinyConfig('simclr', { engine, ...changes });
  return {
    kind: 'pretrain',
    id: 'run1',
    config,
    dataset,
    directory,
    resumeFrom: null,
    nextSeq: 0,
    spent: null,
  };
}

interface Waiting {
  readonly test: (message: FromTrainer) => boolean;
  readonly resolve: (message: FromTrainer) => void;
  readonly reject: (cause: Error) => void;
}

/** A forked trainer and everything it has said. */
export class ForkedTrainer {
  readonly child: ChildProcess;
  readonly said: FromTrainer[] = [];
  private waiting: Waiting[] = [];

  /** @param env added to this process's environment */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.child = fork(ENTRY, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    });
    this.child.on('message', (message) => this.hear(message as FromTrainer));
    this.child.on('exit', (code) => this.giveUp(`The trainer ended with exit code ${code}.`));
  }

  private hear(message: FromTrainer): void {
    this.said.push(message);
    this.waiting = this.waiting.filter(({ test, resolve }) => !test(message) || (resolve(message), false));
    // Nobody waits for ever for what cannot come any more.
    if (message.type === 'failed') this.giveUp(`The job failed: ${message.error.message}`);
  }

  private giveUp(why: string): void {
    for (const { reject } of this.waiting.splice(0)) reject(new Error(why));
  }

  send(message: ToTrainer): void {
    this.child.send(message);
  }

  /** The next message of a type that also passes `test`, or the first one said already. */
  until<T extends FromTrainer['type']>(
    type: T,
    test: (message: Extract<FromTrainer, { type: T }>) => boolean = () => true,
  ): Promise<Extract<FromTrainer, { type: T }>> {
    type Wanted = Extract<FromTrainer, { type: T }>;
    const fits = (message: FromTrainer): boolean => message.type === type && test(message as Wanted);
    const known = this.said.find(fits);
    if (known) return Promise.resolve(known as Wanted);
    return new Promise((resolve, reject) =>
      this.waiting.push({ test: fits, resolve: (message) => resolve(message as Wanted), reject }),
    );
  }

  /** Its exit code, once it is gone. */
  async exit(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    return new Promise((resolve) => this.child.once('exit', (code) => resolve(code)));
  }
}
