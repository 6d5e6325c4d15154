import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import type { DatasetDetail, Generalisation, SplitRole } from '../../../preload/contract/vocabulary.ts';
import type {
  ArtefactFile,
  ArtefactWriter,
  DatasetManifest,
  ImportedDataset,
  TableColumn,
} from '../../core/datasetFiles.ts';
import { numberOf, UNKNOWN, type ClassColumn } from '../columns.ts';
import { groupCounts } from '../groups.ts';
import { contentDigest } from '../manifest.ts';
import { bytesOf, Packer, writeArtefact } from '../packer.ts';
import { rangeNames } from '../ranges.ts';
import { codesOf, splitOf, type StoredDataset } from '../stored.ts';
import { recodingOf } from './generalise.ts';
import { numberWord, privacyColumns, tablePieces } from './privacyColumns.ts';

/**
 * A copy of a data set with columns made coarser or left out; samples of other kinds, subjects, names and splits stay as they are.
 * @throws AppError usage for a column or value that is not there, or if the first target would go
 */
export async function generalisedDataset(
  dataset: StoredDataset,
  detail: DatasetDetail,
  generalisation: Generalisation,
  name: string,
  writer: ArtefactWriter,
): Promise<ImportedDataset> {
  // Every name and value is checked before anything is written.
  await privacyColumns(dataset, Object.keys(generalisation));
  const { manifest } = dataset;
  if (generalisation[detail.primaryTarget]?.drop === true)
    throw new AppError({
      code: 'usage',
      message: `${detail.primaryTarget} is what the data set is labelled with, and cannot be dropped.`,
      hint: 'Merge its classes, or import the source with another label.',
    });
  const targets = await classColumns(dataset, manifest.targets.map(({ classes, ...rest }) => ({ ...rest, values: classes })), generalisation); // prettier-ignore
  const sensitive = await classColumns(dataset, manifest.sensitive, generalisation);
  const table = manifest.format?.kind === 'table' ? await writeTable(dataset, manifest.format.columns, generalisation, writer) : null; // prettier-ignore
  const put = async ({ codes }: ClassColumn): Promise<string> =>
    (await writeArtefact(writer, bytesOf(codes))).digest;
  const sources = new Map(manifest.sensitive.map((feature) => [feature.name, feature.source]));
  const made: DatasetManifest = {
    ...manifest,
    ...(table === null
      ? {}
      : { samples: table.samples.digest, format: { kind: 'table', columns: table.columns } }),
    targets: await Promise.all(targets.map(async (column) => ({ name: column.name, classes: column.classes, digest: await put(column) }))), // prettier-ignore
    sensitive: await Promise.all(sensitive.map(async (column) => ({ name: column.name, source: sources.get(column.name) ?? 'unknown', values: column.classes, digest: await put(column) }))), // prettier-ignore
  };
  const [primary] = targets;
  const { reader, source, options, modality, count, shape, primaryTarget, subjects, splits, card, size } =
    detail;
  return {
    ...{ reader, source, options, modality, count, primaryTarget, subjects, splits, card, size },
    name,
    shape: table === null ? shape : [shape[0], shape[1], table.columns.length],
    targets,
    sensitive: sensitive.map(({ name: feature, classes, counts }) => ({ name: feature, source: sources.get(feature) ?? 'unknown', values: classes, counts })), // prettier-ignore
    groups: primary ? groupCounts(primary, sensitive, await splitRowsOf(dataset)) : [],
    digest: contentDigest(made),
    manifest: made,
    report: { read: detail.count, rejected: [], moreRejected: 0, notes: [madeOf(detail, generalisation)] },
  };
}

async function splitRowsOf(dataset: StoredDataset): Promise<Readonly<Record<SplitRole, Uint32Array>>> {
  const rows: Partial<Record<SplitRole, Uint32Array>> = {};
  for (const role of SPLIT_ROLES) rows[role] = await splitOf(dataset, role);
  return rows as Record<SplitRole, Uint32Array>;
}

async function classColumns(
  dataset: StoredDataset,
  columns: readonly { readonly name: string; readonly values: readonly string[]; readonly digest: string }[],
  generalisation: Generalisation,
): Promise<readonly ClassColumn[]> {
  const made: ClassColumn[] = [];
  for (const { name, values, digest } of columns) {
    const own = generalisation[name] ?? {};
    if (own.drop === true) continue;
    const { values: classes, code } = recodingOf(name, values, own);
    const codes = Int16Array.from(await codesOf(dataset, digest), (old) => code[old] ?? 0);
    const counts = classes.map(() => 0);
    for (const one of codes) counts[one] = (counts[one] ?? 0) + 1;
    made.push({ name, classes, codes, counts });
  }
  return made;
}

/** What is written of one column of a table: where it stood, what it is now, and what a number becomes. */
interface Written {
  readonly at: number;
  readonly column: TableColumn;
  readonly of: (value: number) => number;
}

async function writeTable(
  dataset: StoredDataset,
  columns: readonly TableColumn[],
  generalisation: Generalisation,
  writer: ArtefactWriter,
): Promise<{ readonly samples: ArtefactFile; readonly columns: readonly TableColumn[] }> {
  const kept = columns.flatMap((column, at) => writtenOf(column, at, generalisation[column.name] ?? {}));
  if (kept.length === 0)
    throw new AppError({
      code: 'usage',
      message: 'No column of the table would be left.',
      hint: 'Drop fewer.',
    });
  const packer = await Packer.open(writer);
  try {
    for await (const { rows, values } of tablePieces(dataset, columns.length)) {
      const out = new Float32Array(rows * kept.length);
      for (let row = 0; row < rows; row++)
        kept.forEach(
          ({ at, of }, i) => (out[row * kept.length + i] = of(values[row * columns.length + at] ?? NaN)),
        );
      await packer.add(new Uint8Array(out.buffer));
    }
    return { samples: await packer.finish(), columns: kept.map(({ column }) => column) };
  } catch (cause) {
    await packer.abort();
    throw cause;
  }
}

function writtenOf(column: TableColumn, at: number, own: Generalisation[string]): readonly Written[] {
  const { drop = false, edges, merge } = own;
  if (drop) return [];
  if (edges === undefined && merge === undefined) return [{ at, column, of: (value) => value }];
  if (column.kind === 'category') {
    const { values, code } = recodingOf(column.name, column.values, own);
    return [{ at, column: { name: column.name, kind: 'category', values }, of: (value) => code[value] ?? 0 }];
  }
  return [numberWritten(column.name, at, own)];
}

/** A number put into a range becomes a category: which of them it is in. */
function numberWritten(name: string, at: number, own: Generalisation[string]): Written {
  const { edges = [] } = own;
  if (edges.length === 0)
    throw new AppError({
      code: 'usage',
      message: `${name} holds numbers, which are merged by ranges.`,
      hint: 'Give the edges of ranges.',
    });
  const ranges = [...rangeNames(edges), UNKNOWN];
  const { values, code } = recodingOf(name, ranges, {
    ...(own.merge === undefined ? {} : { merge: own.merge }),
  });
  const rangeOf = (value: number): number => {
    // As the preview saw it: without the digits that 32 bits add.
    const number = Number.isNaN(value) ? null : numberOf(numberWord(value));
    return number === null ? ranges.length - 1 : edges.filter((edge) => number >= edge).length;
  };
  return { at, column: { name, kind: 'category', values }, of: (value) => code[rangeOf(value)] ?? 0 };
}

function madeOf({ id, name }: DatasetDetail, generalisation: Generalisation): string {
  const words = Object.entries(generalisation).map(([column, { drop = false, edges, merge }]) =>
    [
      drop ? `${column} left out` : '',
      edges === undefined ? '' : `${column} in ranges at ${edges.join(', ')}`,
      ...Object.entries(merge ?? {}).map(
        ([into, olds]) => `${olds.join(', ')} of ${column} merged into ${into}`,
      ),
    ]
      .filter((text) => text !== '')
      .join(', '),
  );
  return `Made of ${name} (${id}) by generalising: ${words.join('; ')}.`;
}
