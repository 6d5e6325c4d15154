import { toPlainError } from '../../preload/contract/errors.ts';
import type { TrainerJob } from '../runs/protocol.ts';
import type { TrainerChannel } from './channel.ts';
import { doctorJob } from './doctorJob.ts';
import { EngineShelf } from './engineShelf.ts';
import { estimateJob } from './estimateJob.ts';
import { evaluateJob } from './evaluateJob.ts';
import { graphDump } from './graphDump.ts';
import { predictJob } from './predictJob.ts';
import { pretrainJob } from './pretrainJob.ts';
import { PreviewShelf } from './previewJob.ts';
import { representJob } from './representJob.ts';
import { Wishes } from './wishes.ts';

/** A sign of life, at least every two seconds where no synchronous call is under way. */
const HEARTBEAT_MS = 1000;

/**
 * Answers jobs one after another until main says `exit` or is gone.
 * @param batchWorker entry of the thread that makes batches ahead, or null to make them between steps
 */
export function serveTrainer(channel: TrainerChannel, exit: () => void, batchWorker: URL | null): void {
  const wishes = new Wishes();
  const engines = new EngineShelf(graphDump());
  const previews = new PreviewShelf(engines);
  let queue: Promise<void> = Promise.resolve();
  const beat = setInterval(
    () => channel.post({ type: 'heartbeat', time: new Date().toISOString() }),
    HEARTBEAT_MS,
  );
  const leave = (): void => {
    clearInterval(beat);
    exit();
  };
  channel.onClose(leave);
  channel.onMessage((message) => {
    if (message.type === 'job')
      queue = queue.then(() => perform(message.job, { channel, wishes, engines, previews, batchWorker }));
    else if (message.type === 'exit') leave();
    else wishes.set(message.type === 'resume' ? 'go' : message.type);
  });
  channel.post({ type: 'ready' });
}

interface Workplace {
  readonly channel: TrainerChannel;
  readonly wishes: Wishes;
  readonly engines: EngineShelf;
  readonly previews: PreviewShelf;
  readonly batchWorker: URL | null;
}

async function perform(job: TrainerJob, place: Workplace): Promise<void> {
  const { channel, wishes, engines, previews, batchWorker } = place;
  try {
    switch (job.kind) {
      case 'pretrain':
        return await pretrainJob(job, channel, engines, wishes, batchWorker);
      case 'predict':
        return channel.post(await predictJob(job, engines));
      case 'represent':
        return channel.post(await representJob(job, engines));
      case 'evaluate':
        return channel.post(await evaluateJob(job, channel, engines));
      case 'preview':
        return channel.post(await previews.preview(job));
      case 'estimate':
        return channel.post(await estimateJob(job, engines));
      case 'doctor':
        return channel.post(await doctorJob(job.id));
    }
  } catch (cause) {
    if (cause instanceof Error) process.stderr.write(`${cause.stack ?? cause.message}\n`);
    channel.post({ type: 'failed', job: job.id, error: toPlainError(cause) });
  }
}
