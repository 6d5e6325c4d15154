import { Rng } from '../../../main/core/rng.ts';
import { readers } from '../../../main/data/dataset.ts';
import { bytesPerSample } from '../../../main/data/formats.ts';
import type { Reading } from '../../../main/data/readers/reader.ts';
import { openZip } from '../../../main/data/zipSource.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import { memorySource, type Files } from '../fixtures.ts';
import type { FuzzCase } from './cases.ts';
import { mutated } from './mutate.ts';

/** How one damaged source ended: all rows read, some rows rejected, or refused with a sentence (as are sources without one row). */
export type Ending = 'whole' | 'partial' | 'refused';

/**
 * Damages a source in the way of a round and reads it; it must end in rows or in a sentence.
 * @throws Error naming case and round if it ends otherwise
 */
export async function fuzzRound(given: FuzzCase, round: number, seed: number): Promise<Ending> {
  const rng = Rng.stream(seed, `fuzz ${given.name} ${round}`);
  const path = given.harmed[rng.below(given.harmed.length)] ?? '';
  const files = { ...given.files, [path]: mutated(bytesOf(given.files, path), rng) };
  try {
    return await outcome(given, files);
  } catch (cause) {
    throw new Error(`${given.name}, round ${round}: ${String(cause)}`, { cause });
  }
}

function bytesOf(files: Files, path: string): Uint8Array {
  const content = files[path] ?? '';
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

async function outcome(
  { reader, entry, options }: FuzzCase,
  files: Files,
): Promise<Ending> {
  try {
    const outer = memorySource(files, entry);
    const source = entry?.endsWith('.zip') === true ? await openZip(outer, entry) : outer;
    const reading = await readers[reader]?.read(source, options);
    if (reading === undefined) throw new Error(`there is no reader ${reader}`);
    return await checkRows(reading);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    if (!/\S.*\.$/su.test(cause.message) || cause.hint === '') throw new Error(`no sentence: ${cause.message}`, { cause });
    return 'refused';
  }
} // prettier-ignore

async function checkRows(reading: Reading): Promise<Ending> {
  const size = reading.format?.kind === 'text' ? null : bytesPerSample(reading.shape, reading.format);
  const tally = { example: 0, rejected: 0, note: 0 };
  for await (const row of reading.rows) {
    tally[row.kind]++;
    if (row.kind === 'rejected' && row.reason === '') throw new Error('a rejection without a reason');
    if (row.kind === 'example' && size !== null && row.bytes.length !== size)
      throw new Error(`${row.bytes.length} bytes instead of ${size}`);
  }
  if (tally.example === 0) return 'refused';
  return tally.rejected === 0 ? 'whole' : 'partial';
}
