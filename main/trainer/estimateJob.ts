import { estimate } from '../engine/estimate.ts';
import type { EstimateJob, FromTrainer } from '../runs/protocol.ts';
import { openTrainingData } from './datasetReader.ts';
import type { EngineShelf } from './engineShelf.ts';

type Estimated = Extract<FromTrainer, { type: 'estimated' }>;

/** What a config will cost on this machine's engine. */
export async function estimateJob(job: EstimateJob, engines: EngineShelf): Promise<Estimated> {
  const { config } = job;
  const data = openTrainingData(job.dataset, config.target, config.evaluate.knn.target, {
    encoder: config.encoder,
    method: config.method,
  });
  try {
    const found = await estimate(await engines.get(config.engine), { config, data }, job.measure, {
      clock: () => performance.now() / 1000,
      peakMemory: () => process.resourceUsage().maxRSS * 1024,
    });
    return { type: 'estimated', job: job.id, estimate: found };
  } finally {
    data.close();
  }
}
