import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import type { ReferenceShares, SplitRole } from '../../../preload/contract/vocabulary.ts';
import { codesOf, splitOf, subjectCodesOf, type StoredDataset } from '../../data/stored.ts';
import type { CheckTable, Coded } from './checkTable.ts';
import { checkReference } from './reference.ts';
import { readSamples } from './samples.ts';

const SEED = 1;

/**
 * Reads what a check needs of a stored data set, with every subject whose consent holds or not: the check is of the data.
 * @param onProgress told the share of samples that are read
 * @throws AppError usage for a reference share of a feature or value that the data set does not have
 */
export async function readCheckTable(
  dataset: StoredDataset,
  reference: ReferenceShares,
  onProgress: (share: number) => void = () => {},
): Promise<CheckTable> {
  const { manifest, count } = dataset;
  const coded = async (
    column: { name: string; digest: string },
    values: readonly string[],
  ): Promise<Coded> => ({
    name: column.name,
    values,
    codes: await codesOf(dataset, column.digest),
  });
  const [first] = manifest.targets;
  if (!first)
    throw new AppError({ code: 'invalidData', message: `Data set ${dataset.id} has no label to check.` });
  const sensitive = [];
  for (const one of manifest.sensitive) sensitive.push(await coded(one, one.values));
  checkReference(reference, sensitive);
  const roles: (SplitRole | null)[] = Array.from({ length: count }, () => null);
  for (const role of SPLIT_ROLES) for (const row of await splitOf(dataset, role)) roles[row] = role;
  const samples = await readSamples(dataset, SEED, onProgress);
  return {
    ...{ rows: count, target: await coded(first, first.classes), sensitive, roles, reference, seed: SEED },
    subjects: await subjectCodesOf(dataset),
    ...samples,
  };
}
