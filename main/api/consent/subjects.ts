import type { ConsentRecord, SubjectIds } from '../../../preload/contract/vocabulary.ts';
import type { DatasetManifest } from '../../core/datasetFiles.ts';
import { isPseudonym } from '../../data/privacy/subjectKey.ts';
import { nameWithout, textWithout } from '../../data/privacy/withoutIds.ts';
import type { SubjectTable } from '../../data/privacy/subjects.ts';
import type { KeyRing } from '../privacy/keyRing.ts';

/**
 * What a person's id becomes where it is kept: its pseudonym. Pseudonyms and names of samples stay what they are, and so does
 * everything of a data set that was imported before ids were turned. What is nobody's name here is turned all the same.
 * @throws AppError conflict, once an id has to be turned and the key is not there
 */
export function keptNameOf(
  keys: KeyRing,
  { subjects: { key, names } }: DatasetManifest,
  { codeOf }: Pick<SubjectTable, 'codeOf'>,
): (given: string) => string {
  const raw = names !== undefined && key === undefined;
  return (given) => {
    const name = given.normalize();
    if (raw || isPseudonym(name) || codeOf.has(name)) return name;
    return keys.use(key).pseudonym(name);
  };
}

/**
 * A record as it is kept: without the person's id, also in what is written about them, and without those of others.
 * @param known whether somebody goes by that pseudonym
 */
export function keptRecord(
  record: ConsentRecord,
  kept: (given: string) => string,
  known: (pseudonym: string) => boolean,
): ConsentRecord {
  const subject = kept(record.subject);
  if (subject === record.subject) return record;
  const other = (id: string): string | null => {
    const turned = kept(id);
    return turned !== id && known(turned) ? turned : null;
  };
  const without = (text: string): string =>
    textWithout(nameWithout(text, record.subject, subject, false), other, 'sentence');
  const { basis, source, purposes } = record;
  return {
    ...record,
    subject,
    basis: without(basis),
    source: without(source),
    purposes: purposes.map(without),
  };
}

/** How the subjects of a data set are known. */
export function subjectIdsOf({ subjects: { key, names } }: DatasetManifest, keys: KeyRing): SubjectIds {
  if (names === undefined) return { kind: 'none' };
  if (key === undefined) return { kind: 'raw' };
  return { kind: 'keyed', key, usable: keys.state().present === key };
}
