import type { ClassValue, GroupValue, RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import { alignment } from '../fairness/representation/alignment.ts';
import { rankme } from '../fairness/representation/rankme.ts';
import { std } from '../fairness/representation/std.ts';
import { uniformity } from '../fairness/representation/uniformity.ts';
import type { Encoded, FrozenEncoder } from './encodingStep.ts';
import type { Engine } from './engine.ts';
import { groupMetric, METRICS } from './metricNames.ts';
import { type MonitorBank, monitorBank } from './monitorBank.ts';
import { accuracyByClass, accuracyByGroup, accuracyOf, groupsOfRows, worstGroup } from './probes/accuracy.ts';
import { compileKnn } from './probes/knn.ts';
import { applyLinearProbe, type LinearProbe, predictedCodes } from './probes/linear.ts';
import { rawInputs } from './rawInputs.ts';
import { codesOf, type TrainingData } from './trainingData.ts';
import { compileViews } from './viewStep.ts';

/** Samples per call of the view pipeline. */
const BATCH = 256;

/** What a kNN vote found. */
export interface KnnFinding {
  readonly overall: number | null;
  readonly groups: readonly GroupValue[];
  readonly classes: readonly ClassValue[];
}

/** Eyes on the representation while it is trained; every look uses the same samples and the same views of them. */
export interface Monitors {
  /** Collapse signals by metric name, of the weights after so many steps. */
  look(step: number): Promise<Readonly<Record<string, number>>>;
  /** kNN accuracy of the representation of the weights after so many steps; asked twice, it is computed once. */
  knn(step: number): Promise<KnnFinding>;
  /** Accuracy of a linear probe on the representation of the weights after so many steps, by metric name. */
  online(step: number, probe: LinearProbe): Promise<Readonly<Record<string, number>>>;
  /** kNN accuracy on the input itself, see `rawInputs`. */
  rawInputKnn(): Promise<number | null>;
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
  const views = await compileViews(engine, config.views, BATCH, data);
  const probe = await compileKnn(engine, bank.neighbours.length, dim, config.evaluate.knn);
  const encodeIndices = (indices: Uint32Array): Promise<Encoded> =>
    encoder.encode(indices.length, (start, end) => data.read(indices.subarray(start, end)));
  const encodeViews = (name: string, passage: number): Promise<Encoded> => {
    const rng = Rng.stream(config.seed, `monitor/${name}`);
    return encoder.encode(bank.queries.length, (start, end) =>
      views.run(data.read(bank.queries.subarray(start, end)), config.views, rng, passage),
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
      classes: accuracyByClass(predicted, bank.queryCodes, data.knnTarget.classes),
    };
  });
  return {
    async look(step) {
      const plain = await plainQueries(step);
      const [first, second] = [await encodeViews('first', 0), await encodeViews('second', 1)];
      return signals(plain, alignment(first.z, second.z));
    },
    knn,
    async online(step, probe) {
      const { h } = await plainQueries(step);
      const predicted = predictedCodes(applyLinearProbe(probe, h), data.target.classes.length);
      const truth = codesOf(data.target, bank.queries);
      const groups = accuracyByGroup(predicted, truth, groupsOfRows(data.validationGroups, bank.rows));
      return defined({
        [METRICS.online]: accuracyOf(predicted, truth),
        [METRICS.onlineWorst]: worstGroup(groups),
        ...Object.fromEntries(
          groups.map(({ feature, group, value }) => [groupMetric(feature, group, METRICS.online), value]),
        ),
      });
    },
    rawInputKnn: () => rawInputKnn(engine, data, bank, config),
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

async function rawInputKnn(
  engine: Engine,
  data: TrainingData,
  bank: MonitorBank,
  config: RunConfig,
): Promise<number | null> {
  const queries = rawInputs(data, bank.queries);
  const neighbours = rawInputs(data, bank.neighbours);
  const { columns } = neighbours;
  const probe = await compileKnn(engine, bank.neighbours.length, columns, config.evaluate.knn);
  const predicted = await probe.predict(
    { rows: bank.queries.length, columns, data: queries.values },
    { rows: bank.neighbours.length, columns, data: neighbours.values, codes: bank.neighbourCodes },
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
