import type { DatasetCheck, ReferenceShares } from '../../../preload/contract/vocabulary.ts';
import { furtherDigestsOf } from '../../core/datasetFiles.ts';
import type { ArtefactFile } from '../../core/datasetFiles.ts';
import { readArtefact } from '../../data/fsSink.ts';
import type { StoredDataset } from '../../data/stored.ts';
import { checkDataset } from './check.ts';
import { readCheckTable } from './readTable.ts';

/** One check to make, as plain data: it crosses to a thread. */
export interface CheckJob {
  readonly kind: 'check';
  readonly dataset: Omit<StoredDataset, 'find' | 'readBytes'>;
  readonly files: readonly ArtefactFile[];
  readonly reference: ReferenceShares;
  /** When, as ISO 8601 in UTC. */
  readonly created: string;
}

/** Share of the work that reading is; the rest is computing. */
const READING = 0.5;

/** The check of a stored data set as a job. */
export function checkJobOf(
  { find, id, digest, manifest, count, shape }: StoredDataset,
  reference: ReferenceShares,
  created: string,
): CheckJob {
  const { samples, targets, sensitive, subjects, splits } = manifest;
  const digests = [
    samples,
    ...[...targets, ...sensitive, subjects].map((column) => column.digest),
    ...Object.values(splits),
    ...furtherDigestsOf(manifest),
  ];
  const files = [...new Set(digests)].map(find);
  return { kind: 'check', dataset: { id, digest, manifest, count, shape }, files, reference, created };
}

/** Makes a check in this thread. @throws AppError as `readCheckTable` does */
export async function doCheck(
  { dataset, files, reference, created }: CheckJob,
  onProgress: (fraction: number, detail: string) => void,
): Promise<DatasetCheck> {
  const byDigest = new Map(files.map((file) => [file.digest, file]));
  const find = (digest: string): ArtefactFile => {
    const file = byDigest.get(digest);
    if (file) return file;
    throw new Error(`The check was not given artefact ${digest}.`);
  };
  const stored: StoredDataset = { ...dataset, find, readBytes: readArtefact };
  const table = await readCheckTable(stored, reference, (share) =>
    onProgress(READING * share, 'reading samples'),
  );
  return checkDataset(table, created, (share, detail) => onProgress(READING + (1 - READING) * share, detail));
}
