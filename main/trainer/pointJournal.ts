import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricPoint } from '../../preload/contract/vocabulary.ts';
import { encodeJournal, JOURNAL_FILE, type NumberedPoint, type PretrainJob } from '../runs/protocol.ts';
import type { TrainerChannel } from './channel.ts';

/** Points wait so long at most before they are written and sent. */
const BATCH_MS = 100;

/** Numbers points, appends them to the job's journal, and only then sends them: no death of either process loses one that was written. */
export class PointJournal {
  private readonly job: PretrainJob;
  private readonly channel: TrainerChannel;
  private readonly file: string;
  private waiting: NumberedPoint[] = [];
  private next: number;
  private flushed = 0;

  constructor(job: PretrainJob, channel: TrainerChannel) {
    this.job = job;
    this.channel = channel;
    this.file = join(job.directory, JOURNAL_FILE);
    this.next = job.nextSeq;
  }

  /** Takes points; writes and sends if the last batch is long enough ago. `now` in milliseconds. */
  add(points: readonly MetricPoint[], now: number): void {
    for (const point of points) this.waiting.push({ ...point, seq: this.next++ });
    if (now - this.flushed >= BATCH_MS) this.flush(now);
  }

  /** Writes and sends everything that waits. */
  flush(now: number): void {
    this.flushed = now;
    if (this.waiting.length === 0) return;
    const points = this.waiting;
    this.waiting = [];
    appendFileSync(this.file, encodeJournal(points));
    this.channel.post({ type: 'points', job: this.job.id, points });
  }
}
