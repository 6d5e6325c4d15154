import { readFile } from 'node:fs/promises';
import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import type { ArtefactRow, DatasetRow } from '../../../preload/contract/vocabulary.ts';
import { parsePredictions, type Predictions } from '../../core/predictions.ts';
import { readArtefact } from '../../data/fsSink.ts';
import { splitRows } from '../../data/stored.ts';
import type { Store, StoredRun } from '../../store/store.ts';
import type { NpyArray } from './npy.ts';

/** The data set that predictions or representations are of: their name starts with its id. Null if it is not in the workspace. */
export function datasetOf(store: Store, artefact: ArtefactRow): DatasetRow | null {
  return store.datasets.list(true).find((row) => artefact.name.startsWith(`${row.id}-`)) ?? null;
}

/** Predictions without the rows of people whose consent does not hold any more. */
export async function presentPredictions(
  store: Store,
  artefact: ArtefactRow,
  predictions: Predictions,
): Promise<Predictions> {
  const places = await presentPlaces(store, artefact, predictions);
  if (places === null) return predictions;
  const { classes, truth, predicted, indices, scores } = predictions;
  const width = classes.length;
  const kept = new Float32Array(places.length * width);
  places.forEach((row, at) => kept.set(scores.subarray(row * width, (row + 1) * width), at * width));
  return {
    ...predictions,
    n: places.length,
    indices: Uint32Array.from(places, (row) => indices[row] ?? 0),
    truth: Int16Array.from(places, (row) => truth[row] ?? 0),
    predicted: Int16Array.from(places, (row) => predicted[row] ?? 0),
    scores: kept,
  };
}

/**
 * Representations without these rows; whose each is, the predictions of the same name tell.
 * @throws AppError conflict if somebody is to be left out and those predictions are gone
 */
export async function presentMatrix(
  store: Store,
  run: StoredRun,
  artefact: ArtefactRow,
  matrix: NpyArray,
): Promise<NpyArray> {
  const dataset = datasetOf(store, artefact);
  if (dataset === null || store.consent.splits(dataset.id) === null) return matrix;
  const beside = run.artefacts.find(({ kind, name }) => kind === 'predictions' && name === artefact.name);
  if (beside === undefined)
    throw new AppError({
      code: 'conflict',
      message: `People of data set ${dataset.name} withdrew, and whose row is which in ${artefact.name} is not known any more.`,
      hint: 'Ask the run for its representations again.',
    });
  const places = await presentPlaces(store, artefact, await predictionsIn(store, beside));
  if (places === null) return matrix;
  const [, width = 0] = matrix.shape;
  const data = new Float32Array(places.length * width);
  places.forEach((row, at) => data.set(matrix.data.subarray(row * width, (row + 1) * width), at * width));
  return { shape: [places.length, width], data };
}

/** Whether an artefact of single samples holds rows of people whose consent does not hold any more. */
export async function holdsWithdrawn(store: Store, run: StoredRun, artefact: ArtefactRow): Promise<boolean> {
  const dataset = datasetOf(store, artefact);
  if (dataset === null || store.consent.splits(dataset.id) === null) return false;
  const told = run.artefacts.find(({ kind, name }) => kind === 'predictions' && name === artefact.name);
  // What cannot be told apart does not leave.
  if (told === undefined) return true;
  return (await presentPlaces(store, artefact, await predictionsIn(store, told))) !== null;
}

async function predictionsIn(store: Store, { digest }: ArtefactRow): Promise<Predictions> {
  return parsePredictions(await readFile(store.artefacts.find(digest).path));
}

/** Places of the rows that stay; null if all do. */
async function presentPlaces(
  store: Store,
  artefact: ArtefactRow,
  { indices, split }: Predictions,
): Promise<readonly number[] | null> {
  const dataset = datasetOf(store, artefact);
  const splits = dataset && store.consent.splits(dataset.id);
  const role = SPLIT_ROLES.find((one) => one === split);
  if (!splits || !role) return null;
  const shelf = { find: (digest: string) => store.artefacts.find(digest), readBytes: readArtefact };
  const present = new Set(await splitRows(shelf, splits.splits[role]));
  const places = [...indices.keys()].filter((row) => present.has(indices[row] ?? -1));
  return places.length === indices.length ? null : places;
}
