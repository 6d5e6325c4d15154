import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import type { ConsentExclusion, Digest, SplitRole } from '../../../preload/contract/vocabulary.ts';
import type { ArtefactWriter } from '../../core/datasetFiles.ts';
import { bytesOf, writeArtefact } from '../packer.ts';
import { splitOf } from '../stored.ts';
import type { StoredDataset } from '../stored.ts';
import type { SubjectTable } from './subjects.ts';

/** Splits without some subjects, and how many that left out. */
export interface ReducedSplits {
  readonly splits: Readonly<Record<SplitRole, Digest>>;
  readonly excluded: ConsentExclusion;
}

/**
 * Writes the splits of a data set without every row of some subjects.
 * @param dataset with its own splits, nobody left out
 * @param left codes of the subjects to leave out
 */
export async function splitsWithout(
  dataset: StoredDataset,
  subjects: SubjectTable,
  left: ReadonlySet<number>,
  writer: ArtefactWriter,
): Promise<ReducedSplits> {
  const splits: Record<SplitRole, Digest> = { ...dataset.manifest.splits };
  const sizes: Record<SplitRole, number> = { pretrain: 0, probeTrain: 0, validation: 0, audit: 0 };
  let rows = 0;
  for (const role of SPLIT_ROLES) {
    const all = await splitOf(dataset, role);
    const kept = all.filter((index) => !left.has(subjects.codes[index] ?? -1));
    sizes[role] = kept.length;
    rows += all.length - kept.length;
    if (kept.length < all.length) splits[role] = (await writeArtefact(writer, bytesOf(kept))).digest;
  }
  return { splits, excluded: { subjects: left.size, rows, splits: sizes } };
}
