import type { ImportReport } from '../../../preload/contract/vocabulary.ts';
import type { ArtefactWriter, DatasetManifest } from '../../core/datasetFiles.ts';
import { writeArtefact } from '../packer.ts';
import { namesOf, type StoredDataset } from '../stored.ts';
import type { SubjectKey } from './subjectKey.ts';
import { ownNames, subjectsOf } from './subjects.ts';
import { carriesId, itemWithout, nameWithout, textWithout } from './withoutIds.ts';

/** A data set without the ids of its source. */
export interface Rekeyed {
  readonly manifest: DatasetManifest;
  readonly report: ImportReport;
  /** What each id became. */
  readonly turned: ReadonlyMap<string, string>;
}

/**
 * Turns the subject ids of a data set that has them as they came: the names of subjects, the names of samples that carry them, and what the
 * report says. Samples, codes and splits stay; so does the data set's digest, by which runs know it.
 */
export async function rekeyed(
  dataset: StoredDataset,
  report: ImportReport,
  key: SubjectKey,
  writer: ArtefactWriter,
): Promise<Rekeyed> {
  const own = await ownNames(dataset);
  const turned = new Map(own.filter((name) => name !== '').map((name) => [name, key.pseudonym(name)]));
  const { codes } = await subjectsOf(dataset);
  let carried = false;
  const samples = (await namesOf(dataset)).map((name, index) => {
    const subject = own[codes[index] ?? -1] ?? '';
    if (subject === '') return name;
    const kept = nameWithout(name, subject, turned.get(subject) ?? '', false);
    carried ||= carriesId(name, kept, subject);
    return kept;
  });
  const encoder = new TextEncoder();
  const put = async (text: string): Promise<string> =>
    (await writeArtefact(writer, encoder.encode(text))).digest;
  const { manifest } = dataset;
  const pseudonymOf = (id: string): string | null => turned.get(id) ?? null;
  return {
    turned,
    manifest: {
      ...manifest,
      names: await put(samples.join('\n')),
      subjects: {
        ...manifest.subjects,
        names: await put(JSON.stringify(own.map((name) => turned.get(name) ?? ''))),
        key: key.id,
      },
    },
    report: {
      ...report,
      notes: report.notes.map((note) => textWithout(note, pseudonymOf, 'sentence')),
      rejected: report.rejected.map(({ item, reason }) => ({
        item: itemWithout(item, pseudonymOf, carried ? key.pseudonym : null),
        reason: textWithout(reason, pseudonymOf, 'sentence'),
      })),
    },
  };
}
