import type {
  ClassValue,
  EvaluationFinding,
  EvaluationSettings,
  GroupValue,
} from '../../preload/contract/vocabulary.ts';
import type { GroupColumn } from '../core/datasetFiles.ts';
import { labelledPlaces } from '../core/labelFraction.ts';
import { Rng } from '../core/rng.ts';
import type { Matrix } from '../fairness/representation/matrix.ts';
import type { Engine } from './engine.ts';
import { accuracyByClass, accuracyByGroup, accuracyOf } from './probes/accuracy.ts';
import { kMeans } from './probes/kMeans.ts';
import { compileKnn } from './probes/knn.ts';
import { applyLinearProbe, predictedCodes, trainLinearProbe } from './probes/linear.ts';
import { agreementOf } from './probes/mutualInformation.ts';
import { firstRanks, recallAt, sameClassTask } from './probes/retrieval.ts';

/** Starts and rounds of k-means. */
const CLUSTERING = { starts: 5, rounds: 100 } as const;
/** Clustering and retrieval look at so many rows at most, since retrieval compares all with all. */
const ROWS = 4096;

/** A target's classes with the codes of both splits. */
export interface JudgedTarget {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: Int32Array;
  readonly judged: Int32Array;
}

type Rows = Matrix & { readonly data: Float32Array };

/** Frozen representations, whatever made them, with all that they are judged by. */
export interface JudgedRepresentations {
  /** Of the probe-train split. */
  readonly train: Rows;
  /** Of the validation split. */
  readonly judged: Rows;
  /** In the order of the validation split. */
  readonly groups: readonly GroupColumn[];
  /** What the linear probes predict. */
  readonly target: JudgedTarget;
  /** What neighbours, clusters and retrieval are compared with. */
  readonly knnTarget: JudgedTarget;
}

/**
 * Everything that is measured of frozen representations: kNN, the linear probe with all and with few labels, clusters, and retrieval.
 * @param said told what is measured next, with the share that is done
 */
export async function evaluateRepresentations(
  engine: Engine,
  given: JudgedRepresentations,
  settings: EvaluationSettings,
  said: (phase: string, share: number) => void = () => {},
): Promise<readonly EvaluationFinding[]> {
  const shares = settings.fractions.filter((fraction) => fraction < 1);
  const parts: readonly (readonly [string, () => Promise<readonly EvaluationFinding[]>])[] = [
    ['kNN vote', async () => [await knn(engine, given, settings)]],
    ['linear probe', async () => [await linear(engine, given, settings, 1)]],
    ...shares.map(
      (share) =>
        [
          `linear probe on ${100 * share}% of the labels`,
          async () => [await linear(engine, given, settings, share)],
        ] as const,
    ),
    ['clusters', async () => clusters(given, settings)],
    ['retrieval', async () => retrieval(given, settings)],
  ];
  const findings: EvaluationFinding[] = [];
  for (const [at, [phase, measure]] of parts.entries()) {
    said(phase, at / parts.length);
    findings.push(...(await measure()));
  }
  return findings;
}

function judgedPredictions(
  predicted: Int32Array,
  target: JudgedTarget,
  groups: readonly GroupColumn[],
): Pick<EvaluationFinding, 'metric' | 'target' | 'overall' | 'byClass' | 'byGroup'> {
  return {
    metric: 'accuracy',
    target: target.name,
    overall: accuracyOf(predicted, target.judged),
    byClass: accuracyByClass(predicted, target.judged, target.classes),
    byGroup: accuracyByGroup(predicted, target.judged, groups),
  };
}

async function knn(
  engine: Engine,
  { train, judged, groups, knnTarget }: JudgedRepresentations,
  settings: EvaluationSettings,
): Promise<EvaluationFinding> {
  const probe = await compileKnn(engine, train.rows, train.columns, settings.knn);
  const bank = { ...train, codes: knnTarget.train };
  const predicted = await probe.predict(judged, bank, knnTarget.classes.length);
  await probe.dispose();
  return {
    ...judgedPredictions(predicted, knnTarget, groups),
    evaluation: 'knn',
    settings: { ...settings.knn, neighbours: train.rows },
  };
}

/** The linear probe on a share of the labels; the whole is the ordinary linear evaluation. */
async function linear(
  engine: Engine,
  { train, judged, groups, target }: JudgedRepresentations,
  settings: EvaluationSettings,
  fraction: number,
): Promise<EvaluationFinding> {
  const places = labelledPlaces(target.train, fraction, settings.seed);
  const labelled = {
    ...rowsOf(train, places),
    codes: places.length === train.rows ? target.train : picked(target.train, places),
  };
  const rng = Rng.stream(settings.seed, fraction === 1 ? 'linear probe' : `linear probe/${fraction}`);
  const probe = await trainLinearProbe(engine, labelled, target.classes.length, settings.linear, rng);
  const predicted = predictedCodes(applyLinearProbe(probe, judged), target.classes.length);
  return {
    ...judgedPredictions(predicted, target, groups),
    evaluation: fraction === 1 ? 'linear' : 'fewLabel',
    settings: { ...settings.linear, fraction, labels: places.length },
  };
}

/**
 * k-means of the validation split against its classes. By class: how far clusters tell this class from all others (the adjusted mutual
 * information of "is of this class"); by group: clusters against classes within the group.
 */
function clusters(given: JudgedRepresentations, settings: EvaluationSettings): readonly EvaluationFinding[] {
  const { matrix, codes, groups, knnTarget } = sampled(given, settings.seed);
  const count = settings.clusters === 0 ? new Set(codes).size : settings.clusters;
  const rng = Rng.stream(settings.seed, 'clusters');
  const { labels } = kMeans(matrix, { clusters: count, ...CLUSTERING }, rng);
  const shared = {
    evaluation: 'clustering',
    target: knnTarget.name,
    settings: { clusters: count, rows: matrix.rows, ...CLUSTERING },
  } as const;
  return (['adjusted', 'normalised'] as const).map((kind) => {
    const agree = (truth: Int32Array, own: Int32Array): number | null =>
      agreementOf(truth, own)?.[kind] ?? null;
    return {
      ...shared,
      metric: `${kind}MutualInformation`,
      overall: agree(codes, labels),
      byClass: knnTarget.classes.map((name, code): ClassValue => {
        const n = codes.filter((own) => own === code).length;
        return {
          class: name,
          n,
          value:
            n === 0
              ? null
              : agree(
                  codes.map((own) => (own === code ? 1 : 0)),
                  labels,
                ),
        };
      }),
      byGroup: byGroup(groups, (rows) => agree(picked(codes, rows), picked(labels, rows))),
    };
  });
}

/** Finding samples of the same class among the validation split; only each sample itself is left out. */
function retrieval(given: JudgedRepresentations, settings: EvaluationSettings): readonly EvaluationFinding[] {
  const { matrix, codes, groups, knnTarget } = sampled(given, settings.seed);
  const ranks = firstRanks(sameClassTask(matrix, codes));
  return settings.recallAt.map((k) => ({
    evaluation: 'retrieval',
    metric: 'recallAt',
    target: knnTarget.name,
    settings: { k, rows: matrix.rows },
    overall: recallAt(ranks, k),
    byClass: knnTarget.classes.map((name, code): ClassValue => {
      const own = ranks.filter((_, row) => codes[row] === code);
      return { class: name, n: own.length, value: recallAt(own, k) };
    }),
    byGroup: byGroup(groups, (rows) =>
      recallAt(
        Float64Array.from(rows, (row) => ranks[row] as number),
        k,
      ),
    ),
  }));
}

/** At most 4,096 rows of the validation split, the same for every representation of the same split. */
function sampled({ judged, groups, knnTarget }: JudgedRepresentations, seed: number) {
  const places =
    judged.rows <= ROWS
      ? Uint32Array.from({ length: judged.rows }, (_, row) => row)
      : Rng.stream(seed, 'evaluation rows').permutation(judged.rows).slice(0, ROWS).sort();
  return {
    matrix: rowsOf(judged, places),
    codes: picked(knnTarget.judged, places),
    groups: groups.map((column) => ({
      ...column,
      codes: Int16Array.from(places, (place) => column.codes[place] as number),
    })),
    knnTarget,
  };
}

/** A value within every group; null for a group without rows. */
function byGroup(
  groups: readonly GroupColumn[],
  valueOf: (rows: readonly number[]) => number | null,
): readonly GroupValue[] {
  return groups.flatMap(({ feature, values, codes }) =>
    values.map((group, code) => {
      const rows = Array.from(codes.keys()).filter((row) => codes[row] === code);
      return { feature, group, n: rows.length, value: rows.length === 0 ? null : valueOf(rows) };
    }),
  );
}

function picked(codes: Int32Array, places: ArrayLike<number>): Int32Array {
  return Int32Array.from(places, (place) => codes[place] as number);
}

function rowsOf(matrix: Rows, places: Uint32Array): Rows {
  const { columns } = matrix;
  const data = new Float32Array(places.length * columns);
  places.forEach((place, row) =>
    data.set(matrix.data.subarray(place * columns, (place + 1) * columns), row * columns),
  );
  return { rows: places.length, columns, data };
}
