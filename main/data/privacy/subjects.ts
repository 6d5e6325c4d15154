import { AppError } from '../../../preload/contract/errors.ts';
import { bytesIn, namesOf, subjectCodesOf } from '../stored.ts';
import type { StoredDataset } from '../stored.ts';

/** The subjects of a data set by name. */
export interface SubjectTable {
  /** Subject code of each sample. */
  readonly codes: Int32Array;
  /** Name of each subject code: the source's own, or the sample's where a subject has no other. */
  readonly names: readonly string[];
  /** Code by name. */
  readonly codeOf: ReadonlyMap<string, number>;
}

/**
 * Names and codes of the subjects of a data set.
 * @throws AppError conflict if the data set was imported before the names of subjects were kept
 */
export async function subjectsOf(dataset: StoredDataset): Promise<SubjectTable> {
  const codes = await subjectCodesOf(dataset);
  const own = await ownNames(dataset);
  const samples = own.includes('') ? await namesOf(dataset) : [];
  const names = [...own];
  codes.forEach((code, index) => {
    if (names[code] === '') names[code] = samples[index] ?? '';
  });
  return { codes, names, codeOf: new Map(names.map((name, code) => [name, code])) };
}

/** Names by code as they are kept; empty where a subject is one sample without a name of its own. */
export async function ownNames(dataset: StoredDataset): Promise<readonly string[]> {
  const { names, count } = dataset.manifest.subjects;
  if (names !== undefined)
    return JSON.parse(new TextDecoder().decode(await bytesIn(dataset, names))) as readonly string[];
  if (count === dataset.count) return Array.from({ length: count }, () => '');
  throw new AppError({
    code: 'conflict',
    message: `Data set ${dataset.id} was imported before the names of its subjects were kept, so nobody can be found in it.`,
    hint: 'Import it again, and train on the new one.',
  });
}
