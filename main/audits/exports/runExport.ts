import { readFile } from 'node:fs/promises';
import { AppError } from '../../../preload/contract/errors.ts';
import type { ArtefactRow, ExportedFile, RunId } from '../../../preload/contract/vocabulary.ts';
import { parsePredictions } from '../../core/predictions.ts';
import type { Predictions } from '../../core/predictions.ts';
import type { AuditTable } from '../../data/stored.ts';
import type { Store, StoredRun } from '../../store/store.ts';
import { fileStem } from '../reportFormats.ts';
import { exportBundle } from './bundle.ts';
import type { Column, Files, TableFormat } from './columns.ts';
import { tableFiles } from './columns.ts';
import { encodeNpy, parseFloat32Npy, type NpyArray } from './npy.ts';
import { pack } from './pack.ts';
import { presentMatrix, presentPredictions } from './present.ts';
import { readMe, readMeMatrices } from './readMe.ts';
import { splitTable } from './splitTable.ts';

/** What of a run can be taken away. */
export type ExportWhat = 'points' | 'predictions' | 'representations' | 'bundle';

const NOTHING_WITHHELD =
  'Names of samples, subjects and sensitive features are in it: treat it as personal data.';
const WITHHELD = 'Names of samples, subject ids and sensitive features were left out.';

/**
 * Part of a run as a zip with a Python script that reads it, or the whole run as a bundle.
 * @throws AppError notFound (no such run, nothing to export), usage (a format that does not fit, or per-sample data that was not confirmed)
 */
export async function exportRun(
  store: Store,
  id: RunId,
  what: ExportWhat,
  format: TableFormat | 'zip',
  includeSensitive: boolean,
): Promise<ExportedFile> {
  const run = store.runs.get(id);
  if (what === 'bundle') {
    if (format !== 'zip') throw unfit('A bundle is a zip.', 'Choose the format zip.');
    return fileOf(run, 'bundle', await exportBundle(store, run, includeSensitive));
  }
  if (format === 'zip') throw unfit(`${what} are not exported as zip.`, 'Choose parquet, npy or csv.');
  const files = await filesOf(store, run, what, format, includeSensitive);
  return fileOf(run, what, pack(files));
}

function filesOf(
  store: Store,
  run: StoredRun,
  what: Exclude<ExportWhat, 'bundle'>,
  format: TableFormat,
  includeSensitive: boolean,
): Promise<Files> | Files {
  switch (what) {
    case 'points':
      return pointFiles(store, run, format);
    case 'predictions':
      return predictionFiles(store, run, format, includeSensitive);
    case 'representations':
      return representationFiles(store, run, format, includeSensitive);
  }
}

function fileOf(run: StoredRun, what: ExportWhat, data: Uint8Array): ExportedFile {
  return { fileName: `${fileStem(run.name)}-${what}.zip`, mediaType: 'application/zip', data };
}

function pointFiles(store: Store, run: StoredRun, format: TableFormat): Files {
  const points = [...store.points.all(run.id)];
  const columns: readonly Column[] = [
    { name: 'metric', words: points.map((point) => point.metric) },
    { name: 'step', numbers: Float64Array.from(points, (point) => point.step) },
    { name: 'epoch', numbers: Float64Array.from(points, (point) => point.epoch) },
    { name: 'time', numbers: Float64Array.from(points, (point) => point.time) },
    { name: 'value', numbers: Float64Array.from(points, (point) => point.value) },
  ];
  const said = readMe(
    `Metric points of ${run.name}.`,
    ['points'],
    format,
    'Steps count updates, times are seconds.',
  );
  return { ...tableFiles('points', columns, format), ...script(said) };
}

async function predictionFiles(
  store: Store,
  run: StoredRun,
  format: TableFormat,
  includeSensitive: boolean,
): Promise<Files> {
  const found = artefactsOf(run, 'predictions');
  const files: Record<string, Uint8Array> = {};
  const stems: string[] = [];
  for (const artefact of found) {
    const whole = parsePredictions(await readFile(store.artefacts.find(artefact.digest).path));
    const predictions = await presentPredictions(store, artefact, whole);
    const stem = stemOf('predictions', artefact);
    const rows = includeSensitive ? await splitTable(store, artefact, predictions.split) : null;
    stems.push(stem);
    Object.assign(files, tableFiles(stem, predictionColumns(predictions, rows), format));
  }
  const title = `Predictions of ${run.name} by its linear probe.`;
  return {
    ...files,
    ...script(readMe(title, stems, format, includeSensitive ? NOTHING_WITHHELD : WITHHELD)),
  };
}

function predictionColumns(predictions: Predictions, rows: AuditTable | null): readonly Column[] {
  const { classes, truth, predicted, scores, indices } = predictions;
  const nameOf = (code: number): string => classes[code] ?? '';
  return [
    { name: 'row', numbers: Int32Array.from(indices, (_, row) => row) },
    { name: 'truth', words: Array.from(truth, nameOf) },
    { name: 'prediction', words: Array.from(predicted, nameOf) },
    ...classes.map((name, code) => ({
      name: `score_${name}`,
      numbers: Float32Array.from(truth, (_, row) => scores[row * classes.length + code] ?? 0),
    })),
    ...(rows === null ? [] : personalColumns(indices, rows)),
  ];
}

function personalColumns(indices: Uint32Array, rows: AuditTable): readonly Column[] {
  const rowOf = new Map(Array.from(rows.indices, (index, row) => [index, row]));
  const places = Array.from(indices, (index) => rowOf.get(index) ?? -1);
  return [
    { name: 'sample', words: places.map((row) => rows.names[row] ?? '') },
    { name: 'subject', numbers: Int32Array.from(places, (row) => rows.subjects[row] ?? -1) },
    ...rows.sensitive.map(({ name, values, codes }) => ({
      name: `sensitive_${name}`,
      words: places.map((row) => values[codes[row] ?? -1] ?? ''),
    })),
  ];
}

async function representationFiles(
  store: Store,
  run: StoredRun,
  format: TableFormat,
  includeSensitive: boolean,
): Promise<Files> {
  if (!includeSensitive)
    throw unfit(
      'Representations are data of single samples, from which people may be recognised.',
      'Confirm that the export may hold data of single samples.',
    );
  const files: Record<string, Uint8Array> = {};
  const stems: string[] = [];
  for (const artefact of artefactsOf(run, 'representations')) {
    const bytes = await readFile(store.artefacts.find(artefact.digest).path);
    const stem = stemOf('representations', artefact);
    stems.push(stem);
    const matrix = await presentMatrix(store, run, artefact, parseFloat32Npy(bytes));
    Object.assign(
      files,
      format === 'npy'
        ? { [`${stem}.npy`]: encodeNpy(matrix.shape, matrix.data) }
        : matrixFiles(stem, matrix, format),
    );
  }
  const title = `Representations h of ${run.name}, one row per sample in the order of the split.`;
  const said =
    format === 'npy'
      ? readMeMatrices(title, NOTHING_WITHHELD)
      : readMe(title, stems, format, NOTHING_WITHHELD);
  return { ...files, ...script(said) };
}

function matrixFiles(stem: string, { shape, data }: NpyArray, format: TableFormat): Files {
  const [rows = 0, width = 0] = shape;
  const columns = Array.from({ length: width }, (_, column) => ({
    name: `h${column}`,
    numbers: Float32Array.from({ length: rows }, (_unused, row) => data[row * width + column] ?? 0),
  }));
  return tableFiles(stem, columns, format);
}

function artefactsOf(run: StoredRun, kind: 'predictions' | 'representations'): readonly ArtefactRow[] {
  const found = run.artefacts.filter((artefact) => artefact.kind === kind);
  if (found.length > 0) return found;
  throw new AppError({
    code: 'notFound',
    message: `${run.name} has no ${kind} yet.`,
    hint:
      kind === 'predictions'
        ? 'Audit the run; that makes them.'
        : 'Ask the run for its representations first.',
  });
}

function stemOf(what: string, artefact: ArtefactRow): string {
  return `${what}-${fileStem(artefact.name)}`;
}

function script(text: string): Files {
  return { 'read_me.py': new TextEncoder().encode(text) };
}

function unfit(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
