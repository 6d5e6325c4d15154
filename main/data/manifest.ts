import type { Digest, SplitRole } from '../../preload/contract/vocabulary.ts';
import { digestOfValue } from '../core/canonical.ts';
import type { ArtefactFile, ArtefactWriter, DatasetManifest } from '../core/datasetFiles.ts';
import { bytesOf, writeArtefact } from './packer.ts';
import type { ReadingFormat } from './readers/reader.ts';
import type { SampleTable } from './sampleTable.ts';

/**
 * What a data set's content is known by, the same on every machine: what a key has turned is left out, the names of subjects and of
 * the samples that carry them.
 */
export function contentDigest(manifest: DatasetManifest): Digest {
  if (manifest.subjects.key === undefined) return digestOfValue(manifest);
  const { names: _samples, subjects, ...content } = manifest;
  return digestOfValue({ ...content, subjects: { digest: subjects.digest, count: subjects.count } });
}

/** Stores the columns and splits of a table; its manifest names every artefact. `size` is the bytes of all, each counted once. */
export async function storeTable(
  table: SampleTable,
  splits: Readonly<Record<SplitRole, Uint32Array>>,
  format: ReadingFormat | undefined,
  writer: ArtefactWriter,
): Promise<{ readonly manifest: DatasetManifest; readonly size: number }> {
  const files = new Map<string, number>();
  const note = (file: ArtefactFile): string => {
    files.set(file.digest, file.size);
    return file.digest;
  };
  const put = async (values: Int16Array | Int32Array | Uint32Array): Promise<string> =>
    note(await writeArtefact(writer, bytesOf(values)));

  const targets = [];
  for (const { name, classes, codes } of table.targets)
    targets.push({ name, classes, digest: await put(codes) });
  const sensitive = [];
  for (const { name, source, classes, codes } of table.sensitive)
    sensitive.push({ name, source, values: classes, digest: await put(codes) });
  const { names } = table.subjects;
  const subjectNames = names && new TextEncoder().encode(JSON.stringify(names));
  const manifest: DatasetManifest = {
    samples: note(table.samples),
    targets,
    sensitive,
    subjects: {
      digest: await put(table.subjects.codes),
      count: table.subjects.count,
      ...(subjectNames === null ? {} : { names: note(await writeArtefact(writer, subjectNames)) }),
      ...(table.key === null ? {} : { key: table.key }),
    },
    names: note(table.names),
    splits: {
      pretrain: await put(splits.pretrain),
      probeTrain: await put(splits.probeTrain),
      validation: await put(splits.validation),
      audit: await put(splits.audit),
    },
    ...(format === undefined
      ? {}
      : {
          format: format.kind === 'text' ? { kind: 'text', ends: note(table.ends ?? table.samples) } : format,
        }),
    ...(table.captions === null
      ? {}
      : { captions: { texts: note(table.captions.texts), ends: note(table.captions.ends) } }),
    ...(table.originalSizes === null ? {} : { originalSizes: note(table.originalSizes) }),
  };
  return { manifest, size: [...files.values()].reduce((sum, size) => sum + size, 0) };
}
