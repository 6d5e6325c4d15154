import type {
  Association,
  GroupDistance,
  Leakage,
  LeakageProbe,
  NeighbourShare,
  RepresentationSimilarity,
  RepresentedGroup,
} from '../../../preload/contract/vocabulary.ts';
import { associationOf } from './associationRows.ts';
import { distancePairs, groupDistance } from './distances.ts';
import { groupHealth, overallHealth } from './health.ts';
import type { LayerInput } from './input.ts';
import { leakageOf } from './leakageRows.ts';
import { neighbourShares } from './neighbourShares.ts';
import type { Prepared, PreparedFeature } from './prepared.ts';
import { groupSimilarities, overallSimilarity } from './similarity.ts';

/** A part of an audit, by places in lists. Each has random streams of its own, so that any thread may do it. */
export type RepresentationTask =
  | { readonly kind: 'health'; readonly model: number; readonly layer: number; readonly feature: number | null }
  | { readonly kind: 'distance'; readonly model: number; readonly layer: number; readonly feature: number; readonly pair: number }
  | { readonly kind: 'neighbours'; readonly model: number; readonly layer: number; readonly feature: number }
  | { readonly kind: 'leakage'; readonly model: number; readonly layer: number; readonly feature: number; readonly probe: LeakageProbe }
  | { readonly kind: 'association'; readonly model: number; readonly layer: number; readonly test: number }
  | {
      readonly kind: 'similarity';
      readonly model: number;
      readonly baseline: number;
      readonly layer: number;
      readonly baselineLayer: number;
      readonly feature: number | null;
    }; // prettier-ignore

/** What a task found; `at` is its place among all tasks. */
export type RepresentationPart =
  | { readonly kind: 'health'; readonly rows: readonly RepresentedGroup[] }
  | { readonly kind: 'distance'; readonly rows: readonly GroupDistance[] }
  | { readonly kind: 'neighbours'; readonly rows: readonly NeighbourShare[] }
  | { readonly kind: 'leakage'; readonly rows: readonly Leakage[] }
  | { readonly kind: 'association'; readonly rows: readonly Association[] }
  | { readonly kind: 'similarity'; readonly rows: readonly RepresentationSimilarity[] };

/** Beyond so many layers only layers of the same place are compared. */
const MOST_CROSSED = 6;

/** All parts, in the order of the audit. */
export function tasksOf({ models, features, options }: Prepared): readonly RepresentationTask[] {
  const ofLayers = models.flatMap(({ layers }, model) =>
    layers.flatMap((_, layer): RepresentationTask[] => [
      { kind: 'health', model, layer, feature: null },
      ...features.flatMap((feature, index): RepresentationTask[] => [
        { kind: 'health', model, layer, feature: index },
        ...distancePairs(feature).map((_pair, pair) => ({ kind: 'distance', model, layer, feature: index, pair }) as const),
        { kind: 'neighbours', model, layer, feature: index },
        ...options.probes.map((probe) => ({ kind: 'leakage', model, layer, feature: index, probe }) as const),
      ]),
      ...options.associations.map((_test, test) => ({ kind: 'association', model, layer, test }) as const),
    ]),
  ); // prettier-ignore
  const pairs = layerPairs(models.map(({ layers }) => layers.length));
  const ofPairs = pairs.flatMap((pair) =>
    [null, ...features.keys()].map((feature) => ({ kind: 'similarity', ...pair, feature }) as const),
  );
  return [...ofLayers, ...ofPairs];
}

interface PairPlace {
  readonly model: number;
  readonly baseline: number;
  readonly layer: number;
  readonly baselineLayer: number;
}

/** Every model's layers against those of the first; of one model alone its layers against earlier ones. */
function layerPairs(layers: readonly number[]): readonly PairPlace[] {
  const places = (count: number): readonly number[] => Array.from({ length: count }, (_, place) => place);
  const [first = 0, ...others] = layers;
  if (others.length === 0)
    return places(first).flatMap((layer) =>
      places(layer).map((baselineLayer) => ({ model: 0, baseline: 0, layer, baselineLayer })),
    );
  return others.flatMap((count, index) =>
    places(count).flatMap((layer) =>
      places(first)
        .filter((baselineLayer) => Math.max(count, first) <= MOST_CROSSED || baselineLayer === layer)
        .map((baselineLayer) => ({ model: index + 1, baseline: 0, layer, baselineLayer })),
    ),
  );
}

/** Does one part. @throws AppError usage: an association test with sets that are not there */
export function perform(prepared: Prepared, task: RepresentationTask): RepresentationPart {
  const stream = `representation/${Object.values(task).join('/')}`;
  const layer = layerOf(prepared, task.model, task.layer);
  switch (task.kind) {
    case 'health':
      return {
        kind: 'health',
        rows:
          task.feature === null
            ? [overallHealth(prepared, layer, stream)]
            : groupHealth(prepared, layer, featureOf(prepared, task.feature), stream),
      };
    case 'distance': {
      const feature = featureOf(prepared, task.feature);
      const pair = distancePairs(feature)[task.pair];
      return { kind: 'distance', rows: pair ? [groupDistance(prepared, layer, feature, pair, stream)] : [] };
    }
    case 'neighbours':
      return { kind: 'neighbours', rows: neighbourShares(prepared, layer, featureOf(prepared, task.feature), stream) }; // prettier-ignore
    case 'leakage':
      return { kind: 'leakage', rows: leakageOf(prepared, layer, featureOf(prepared, task.feature), task.probe, stream) }; // prettier-ignore
    case 'association': {
      const test = prepared.options.associations[task.test];
      return { kind: 'association', rows: test ? [associationOf(prepared, layer, test, stream)] : [] };
    }
    case 'similarity': {
      const baselineLayer = layerOf(prepared, task.baseline, task.baselineLayer);
      const pair = { model: task.model, baseline: task.baseline, layer, baselineLayer };
      const feature = task.feature === null ? null : featureOf(prepared, task.feature);
      return {
        kind: 'similarity',
        rows:
          feature === null
            ? [overallSimilarity(prepared, pair, stream)]
            : groupSimilarities(prepared, pair, feature, stream),
      };
    }
  }
}

function layerOf({ models }: Prepared, model: number, layer: number): LayerInput {
  const found = models[model]?.layers[layer];
  if (found) return found;
  throw new RangeError(`There is no layer ${layer} of model ${model}.`);
}

function featureOf({ features }: Prepared, place: number): PreparedFeature {
  const found = features[place];
  if (found) return found;
  throw new RangeError(`There is no feature ${place}.`);
}

/** What a task is about, in words for progress. */
export const TASK_WORDS: Readonly<Record<RepresentationTask['kind'], string>> = {
  health: 'rank, uniformity and neighbours by group',
  distance: 'distances between groups',
  neighbours: 'groups of neighbours',
  leakage: 'leakage probes',
  association: 'association tests',
  similarity: 'similarity of layers',
};
