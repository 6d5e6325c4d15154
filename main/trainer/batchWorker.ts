import { parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../../preload/contract/errors.ts';
import { type Batch, batchesFrom } from '../engine/batches.ts';
import type { BatchDelivery, BatchJob, BatchOrder } from './batchMessages.ts';
import { openTrainingData } from './datasetReader.ts';

/** Entry of the thread that reads samples and draws random numbers while the step runs. It makes what was ordered, and ends with its owner. */
function main(): void {
  const port = parentPort;
  if (port === null) throw new Error('batchWorker.ts runs as a worker thread only.');
  const { dataset, start, preparation } = workerData as BatchJob;
  const { target, evaluate } = start.config;
  const deliver = (delivery: BatchDelivery, handedOver: ArrayBuffer[]): void =>
    port.postMessage(delivery, handedOver);
  let batches: Generator<Batch, void, void> | null = null;
  port.on('message', ({ more }: BatchOrder) => {
    try {
      batches ??= batchesFrom(
        start,
        openTrainingData(dataset, target, evaluate.knn.target, { known: preparation }),
      );
      for (let made = 0; made < more; made++) {
        const { value } = batches.next();
        if (value !== undefined) deliver({ batch: value }, buffersOf(value));
      }
    } catch (cause) {
      deliver({ error: toPlainError(cause) }, []);
    }
  });
}

function buffersOf({ inputs }: Batch): ArrayBuffer[] {
  return [...new Set(Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer))];
}

main();
