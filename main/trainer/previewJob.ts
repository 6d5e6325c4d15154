import type { ViewChoice } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import { brightness } from '../engine/trainingData.ts';
import { compileViews, type ViewStep } from '../engine/viewStep.ts';
import type { FromTrainer, PreviewJob } from '../runs/protocol.ts';
import { openSamples } from './datasetReader.ts';
import type { EngineShelf } from './engineShelf.ts';

type Previewed = Extract<FromTrainer, { type: 'previewed' }>;

/** Where views are drawn for the designer: the default engine. */
const ENGINE = { id: 'onnx', device: 'cpu', threads: 0 } as const;
/** Compiled pipelines kept; sliders reuse one, only another choice or order of views makes a new one. */
const KEPT = 8;

function originalsOf({ dataset, indices }: PreviewJob): Float32Array {
  const samples = openSamples(dataset, 0);
  try {
    return brightness(samples.read(indices));
  } finally {
    samples.close();
  }
}

/** Draws views of samples in a warm process. */
export class PreviewShelf {
  private readonly engines: EngineShelf;
  private readonly steps = new Map<string, ViewStep>();

  constructor(engines: EngineShelf) {
    this.engines = engines;
  }

  /** `count` views of every sample, with the same random numbers for the same seed. */
  async preview(job: PreviewJob): Promise<Previewed> {
    const start = performance.now();
    const { shape } = job.dataset;
    const originals = originalsOf(job);
    const items = job.indices.map((index) => ({ index, label: '', groups: {} }));
    const step = await this.stepFor(job.views, job.indices.length, shape);
    const views = [];
    for (let view = 0; view < job.count; view++) {
      const values = await step.run(originals, job.views, Rng.stream(job.seed, `preview/${view}`));
      views.push({
        count: job.indices.length,
        shape,
        data: Uint8Array.from(values, (value) => Math.round(255 * value)),
        items,
      });
    }
    return { type: 'previewed', job: job.id, views, milliseconds: performance.now() - start };
  }

  private async stepFor(
    choices: readonly ViewChoice[],
    count: number,
    shape: readonly [number, number, number],
  ): Promise<ViewStep> {
    const active = choices.filter(({ enabled }) => enabled).map(({ id }) => id);
    const key = [count, ...shape, ...active].join('/');
    const known = this.steps.get(key);
    this.steps.delete(key);
    const step = known ?? (await compileViews(await this.engines.get(ENGINE), choices, count, shape));
    this.steps.set(key, step);
    const [oldest] = this.steps.keys();
    if (this.steps.size > KEPT && oldest !== undefined) {
      await this.steps.get(oldest)?.dispose();
      this.steps.delete(oldest);
    }
    return step;
  }
}
