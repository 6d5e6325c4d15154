import { Worker } from 'node:worker_threads';
import type { Ending } from './fuzz.ts';

/** What a thread is started with. */
export interface FuzzJob {
  readonly name: string;
  readonly from: number;
  readonly rounds: number;
  readonly seed: number;
}

/** What it says after each round. */
export interface FuzzNews {
  readonly round: number;
  readonly ending: Ending;
}

/** How damaged sources ended. `stopped`: a library looped without end or outgrew its memory, and the thread was ended, as an import's is. */
export interface FuzzOutcome {
  readonly whole: number;
  readonly partial: number;
  readonly refused: number;
  readonly stopped: number;
}

/**
 * Runs rounds on a thread of their own, as imports run, with the memory that an import may take.
 * @param stallMs a round that takes longer is stopped, and the next one begun
 * @throws Error naming case and round that ended in neither rows nor a sentence
 */
export async function fuzzInThread(
  name: string,
  rounds: number,
  seed: number,
  stallMs: number,
): Promise<FuzzOutcome> {
  const tally = { whole: 0, partial: 0, refused: 0, stopped: 0 };
  for (let from = 0; from < rounds;) {
    const stopped = await part({ name, from, rounds, seed }, stallMs, ({ ending }) => tally[ending]++);
    if (stopped === null) break;
    tally.stopped++;
    from = stopped + 1;
  }
  return tally;
}

/** Answers the round that had to be stopped, or null after the last. */
function part(job: FuzzJob, stallMs: number, hear: (news: FuzzNews) => void): Promise<number | null> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  return new Promise((resolve, reject) => {
    let next = job.from;
    // The first round waits for the thread to start.
    let timer = setTimeout(stop, stallMs + 20_000);
    function stop(): void {
      resolve(next);
      void worker.terminate();
    }
    worker.on('message', (news: FuzzNews) => {
      clearTimeout(timer);
      timer = setTimeout(stop, stallMs);
      next = news.round + 1;
      hear(news);
    });
    worker.on('error', (cause) => {
      clearTimeout(timer);
      const outgrown = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (outgrown) resolve(next);
      else reject(cause as Error);
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
}
