import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../preload/contract/vocabulary.ts';
import type { Store } from '../store/index.ts';
import { JOURNAL_FILE, parseJournalLine } from './journalFormat.ts';
import type { NumberedPoint } from './protocol.ts';

const BATCH = 5000;

/** The journal of a run in its directory. */
export function journalOf(directory: string): string {
  return join(directory, JOURNAL_FILE);
}

/**
 * Stores whatever points the journal holds beyond those that are stored, then deletes it (`keep`: a living trainer goes on writing it). Half a line at the end, as a killed process leaves it,
 * is left out: such a point was never sent either.
 * @throws AppError diskFull; the journal then stays for the next try
 */
export async function replayJournal(
  store: Store,
  run: RunId,
  options: { readonly keep: boolean } = { keep: false },
): Promise<void> {
  const file = journalOf(store.runs.directory(run));
  if (!existsSync(file)) return;
  let batch: NumberedPoint[] = [];
  let open = '';
  const take = (line: string): void => {
    const point = parseJournalLine(line);
    if (point) batch.push(point);
  };
  for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (open + String(piece)).split('\n');
    open = lines.pop() ?? '';
    lines.forEach(take);
    if (batch.length < BATCH) continue;
    store.points.append(run, batch);
    batch = [];
  }
  take(open);
  store.points.append(run, batch);
  if (!options.keep) await rm(file, { force: true });
}
