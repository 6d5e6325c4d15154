import type { GroupValue, RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import { alignment } from '../fairness/representation/alignment.ts';
import { rankme } from '../fairness/representation/rankme.ts';
import { std } from '../fairness/representation/std.ts';
import { uniformity } from '../fairness/representation/uniformity.ts';
import type { Encoded, FrozenEncoder } from './encodingStep.ts';
import type { Engine } from './engine.ts';
import { groupMetric, METRICS } from './metricNames.ts';
import { type MonitorBank, monitorBank, reducedPixels } from './monitorBank.ts';
import { accuracyByGroup, accuracyOf, groupsOfRows, worstGroup } from './probes/accuracy.ts';
import { compileKnn } from './probes/knn.ts';
import { brightness, type TrainingData } from './trainingData.ts';
import { compileViews } from './viewStep.ts';

/** Samples per call of the view pipeline. */
const BATCH = 256;

/** What a kNN vote found. */
export interface KnnFinding {
  readonly overall: number | null;
  readonly groups: readonly GroupValue[];
}

/** Eyes on the representation while it is trained; every look uses the same samples and the same views of them. */
export interface Monitors {
  /** Collapse signals by metric name, of the weights after so many steps. */
  look(step: number): Promise<Readonly<Record<string, number>>>;
  /** kNN accuracy of the representation of the weights after so many steps; asked twice, it is computed once. */
  knn(step: number): Promise<KnnFinding>;
  /** kNN accuracy on pixels, reduced to at most 32 x 32. */
  rawPixelKnn(): Promise<number | null>;
}

/** Prepares the monitors of one run; they read weights through `encoder`, change nothing, and live as long as the engine's lease. */
export async function createMonitors(
  engine: Engine,
  encoder: FrozenEncoder,
  data: TrainingData,
  config: RunConfig,
  dim: number,
): Promise<Monitors> {
  const bank = monitorBank(data, config.monitor.bankSize);
  const views = await compileViews(engine, config.views, BATCH, data.shape);
  const probe = await compileKnn(engine, bank.neighbours.length, dim, config.evaluate.knn);
  const encodeIndices = (indices: Uint32Array): Promise<Encoded> =>
    encoder.encode(indices.length, (start, end) => brightness(data.read(indices.subarray(start, end))));
  const encodeViews = (name: string): Promise<Encoded> => {
    const rng = Rng.stream(config.seed, `monitor/${name}`);
    return encoder.encode(bank.queries.length, (start, end) =>
      views.run(brightness(data.read(bank.queries.subarray(start, end))), config.views, rng),
    );
  };
  const plainQueries = oncePerStep(() => encodeIndices(bank.queries));
  const knn = oncePerStep(async (step): Promise<KnnFinding> => {
    const [queries, neighbours] = [await plainQueries(step), await encodeIndices(bank.neighbours)];
    const classes = data.knnTarget.classes.length;
    const labelled = { ...neighbours.h, codes: bank.neighbourCodes };
    const predicted = await probe.predict(queries.h, labelled, classes);
    const groups = groupsOfRows(data.validationGroups, bank.rows);
    return {
      overall: accuracyOf(predicted, bank.queryCodes),
      groups: accuracyByGroup(predicted, bank.queryCodes, groups),
    };
  });
  return {
    async look(step) {
      const plain = await plainQueries(step);
      const [first, second] = [await encodeViews('first'), await encodeViews('second')];
      return signals(plain, alignment(first.z, second.z));
    },
    knn,
    rawPixelKnn: () => rawPixelKnn(engine, data, bank, config),
  };
}

/** Remembers the last result for as long as the step stays the same. */
function oncePerStep<T>(compute: (step: number) => Promise<T>): (step: number) => Promise<T> {
  let last: { readonly step: number; readonly result: Promise<T> } | null = null;
  return (step) => {
    if (last?.step !== step) last = { step, result: compute(step) };
    return last.result;
  };
}

async function rawPixelKnn(
  engine: Engine,
  data: TrainingData,
  bank: MonitorBank,
  config: RunConfig,
): Promise<number | null> {
  const queries = reducedPixels(data, bank.queries);
  const neighbours = reducedPixels(data, bank.neighbours);
  const { columns } = neighbours;
  const probe = await compileKnn(engine, bank.neighbours.length, columns, config.evaluate.knn);
  const predicted = await probe.predict(
    { rows: bank.queries.length, columns, data: queries.pixels },
    { rows: bank.neighbours.length, columns, data: neighbours.pixels, codes: bank.neighbourCodes },
    data.knnTarget.classes.length,
  );
  await probe.dispose();
  return accuracyOf(predicted, bank.queryCodes);
}

function signals({ h, z }: Encoded, aligned: number | null): Readonly<Record<string, number>> {
  const values: Record<string, number | null> = {
    [METRICS.std]: std(z),
    [METRICS.effectiveRank]: rankme(z),
    [METRICS.alignment]: aligned,
    [METRICS.uniformity]: uniformity(z),
    ...(z === h ? {} : { [METRICS.representationStd]: std(h), [METRICS.representationRank]: rankme(h) }),
  };
  return defined(values);
}

/** A kNN finding as metrics; undefined values are left out. */
export function knnMetrics({ overall, groups }: KnnFinding): Readonly<Record<string, number>> {
  return defined({
    [METRICS.knn]: overall,
    [METRICS.knnWorst]: worstGroup(groups),
    ...Object.fromEntries(groups.map(({ feature, group, value }) => [groupMetric(feature, group), value])),
  });
}

function defined(values: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null),
  );
}
