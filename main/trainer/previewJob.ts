import type { SampleGrid, ViewChoice } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import type { Preparation, SampleKind } from '../engine/layout.ts';
import type { PreparedSamples } from '../engine/preparation/prepare.ts';
import { wordsOf } from '../engine/preparation/words.ts';
import { compileViews, type ViewStep } from '../engine/viewStep.ts';
import type { FromTrainer, PreviewJob } from '../runs/protocol.ts';
import { openSamples } from './datasetReader.ts';
import type { EngineShelf } from './engineShelf.ts';

type Previewed = Extract<FromTrainer, { type: 'previewed' }>;

/** Where views are drawn for the designer: the default engine. */
const ENGINE = { id: 'onnx', device: 'cpu', threads: 0 } as const;
/** Compiled pipelines kept; sliders reuse one, only another choice or order of views makes a new one. */
const KEPT = 8;

/** Draws views of samples in a warm process. */
export class PreviewShelf {
  private readonly engines: EngineShelf;
  private readonly steps = new Map<string, ViewStep>();
  private learnt: { readonly digest: string; readonly preparation: Preparation } | null = null;

  constructor(engines: EngineShelf) {
    this.engines = engines;
  }

  /** `count` views of every sample, with the same random numbers for the same seed. */
  async preview(job: PreviewJob): Promise<Previewed> {
    const start = performance.now();
    const { samples, originals } = this.originalsOf(job);
    const step = await this.stepFor(job.views, job.indices.length, samples);
    const views = [];
    for (let view = 0; view < job.count; view++) {
      const rng = Rng.stream(job.seed, `preview/${view}`);
      views.push(gridOf(samples, job.indices, await step.run(originals, job.views, rng, view)));
    }
    return { type: 'previewed', job: job.id, views, milliseconds: performance.now() - start };
  }

  /** The samples; what was learnt of the last data set is not learnt again. */
  private originalsOf({ dataset, indices }: PreviewJob): {
    readonly samples: PreparedSamples;
    readonly originals: Float32Array;
  } {
    const known = this.learnt?.digest === dataset.digest ? this.learnt.preparation : null;
    const samples = openSamples(dataset, { inMemory: 0, known });
    this.learnt = { digest: dataset.digest, preparation: samples.preparation };
    try {
      return { samples, originals: samples.read(Uint32Array.from(indices)) };
    } finally {
      samples.close();
    }
  }

  private async stepFor(choices: readonly ViewChoice[], count: number, kind: SampleKind): Promise<ViewStep> {
    const active = choices.filter(({ enabled }) => enabled).map(({ id }) => id);
    const key = [count, kind.layout.kind, ...kind.shape, ...active].join('/');
    const known = this.steps.get(key);
    this.steps.delete(key);
    const step = known ?? (await compileViews(await this.engines.get(ENGINE), choices, count, kind));
    this.steps.set(key, step);
    const [oldest] = this.steps.keys();
    if (this.steps.size > KEPT && oldest !== undefined) {
      await this.steps.get(oldest)?.dispose();
      this.steps.delete(oldest);
    }
    return step;
  }
}

/** Views as pixels, or in words where samples are no pictures. */
function gridOf(
  { shape, preparation }: PreparedSamples,
  indices: readonly number[],
  values: Float32Array,
): SampleGrid {
  const count = indices.length;
  const size = values.length / count;
  const items = indices.map((index, i) => {
    const text = wordsOf(preparation, values.subarray(i * size, (i + 1) * size));
    return { index, label: '', groups: {}, ...(text === null ? {} : { text }) };
  });
  if (preparation.kind !== 'image')
    return { count, shape: [1, 1, 1], data: new Uint8Array(count).fill(255), items };
  return { count, shape, data: Uint8Array.from(values, (value) => Math.round(255 * value)), items };
}
