import { AppError } from '../../../preload/contract/errors.ts';
import { ClassColumnBuilder, knownValue, SubjectColumnBuilder, UNKNOWN } from '../../data/columns.ts';
import { openSource } from '../../data/fsSource.ts';
import { tableRows } from '../../data/tableFile.ts';
import type { RepresentationTable } from './input.ts';

/** Which columns of the metadata hold what. */
export interface MetadataColumns {
  readonly path: string;
  readonly label: string | null;
  readonly subject: string | null;
  readonly rowName: string | null;
  readonly features: readonly string[];
}

/**
 * Reads what is known of the rows of embeddings from a CSV, TSV or Parquet file with a header.
 * @throws AppError invalidData in one sentence that names file, line and column
 */
export async function readMetadata({
  path,
  label,
  subject,
  rowName,
  features,
}: MetadataColumns): Promise<RepresentationTable> {
  // prettier-ignore
  const source = await openSource(path);
  const { entry } = source;
  if (entry === null)
    throw invalid(`${path} is a folder, not a table of metadata.`, 'Give a CSV or Parquet file.');
  const labels = new ClassColumnBuilder(label ?? '', null);
  const sensitive = features.map((name) => new ClassColumnBuilder(name, null));
  const subjects = new SubjectColumnBuilder();
  const names: string[] = [];
  let rows = 0;
  for await (const { columns, records, flaws } of tableRows(source, entry, {})) {
    const [flaw] = flaws;
    if (flaw) throw invalid(`${entry}, line ${flaw.line} ${flaw.reason}.`, 'Repair the line.');
    const place = (name: string | null): number => (name === null ? -1 : placeOf(columns, name, entry));
    const places = { label: place(label), subject: place(subject), name: place(rowName), features: features.map(place) }; // prettier-ignore
    for (const { line, values } of records) {
      const given = (at: number, column: string | null): string => {
        const text = values[at]?.trim() ?? '';
        if (text !== '') return text;
        throw invalid(`${entry}, line ${line}: column ${JSON.stringify(column)} is empty.`, 'Fill it in, or leave the row out everywhere.'); // prettier-ignore
      };
      if (label !== null) labels.add(given(places.label, label));
      if (rowName !== null) names.push(given(places.name, rowName));
      subjects.add(subject === null ? null : given(places.subject, subject));
      sensitive.forEach((builder, at) =>
        builder.add(knownValue(values[places.features[at] ?? -1]) ?? UNKNOWN),
      );
      rows++;
    }
  }
  if (rows === 0)
    throw invalid(`${entry} has a header but no rows.`, 'Give one row for each row of the embeddings.');
  const target = label === null ? null : labels.finish(null);
  return {
    target: target && { name: target.name, classes: target.classes, codes: target.codes },
    sensitive: sensitive.map((builder) => {
      const { name, classes, codes } = builder.finish(UNKNOWN);
      return { name, values: classes, codes, source: 'unknown' };
    }),
    subjects: subjects.finish().codes,
    names: rowName === null ? null : names,
  };
}

function placeOf(columns: readonly string[], name: string, file: string): number {
  const place = columns.indexOf(name);
  if (place >= 0) return place;
  throw invalid(`${file} has no column ${JSON.stringify(name)}.`, `Its columns are ${columns.join(', ')}.`);
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
