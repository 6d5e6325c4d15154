import type {
  DistanceMeasure,
  Estimated,
  HealthMeasure,
  RepresentationAudit,
  RepresentedLayer,
} from '../../../preload/contract/vocabulary.ts';
import { decimal, interval, testWords, whole } from '../report/numbers.ts';

/** A table of an audit of representations in words, for every format. */
export interface WordTable {
  readonly title: string;
  readonly aside: string;
  readonly columns: readonly { readonly title: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

const HEALTH: Readonly<Record<HealthMeasure, string>> = {
  effectiveRank: 'Effective rank',
  uniformity: 'Uniformity',
  alignment: 'Alignment',
  std: 'Spread',
  knnAccuracy: 'kNN accuracy',
};

const DISTANCES: Readonly<Record<DistanceMeasure, string>> = {
  centroid: 'Distance of centroids',
  medoid: 'Distance of medoids',
  relativeMedoid: 'Medoids, relative to within groups',
  mmd: 'Maximum mean discrepancy (squared)',
};

const INPUTS = {
  representation: 'representation',
  rawInput: 'raw input',
  untrained: 'untrained encoder',
  shuffled: 'shuffled groups',
  majority: 'largest group always',
} as const;

/** All tables of an audit, those without rows left out. */
export function representationTables(audit: RepresentationAudit): readonly WordTable[] {
  const layers = audit.models.flatMap((model) =>
    model.layers.map((layer) => ({ layer, of: `${model.name}, ${layer.layer}` })),
  );
  const each = layers.flatMap(({ layer, of }) => [
    health(layer, of),
    distances(layer, of),
    neighbours(layer, of),
    leakage(layer, of),
    associations(layer, of),
  ]);
  return [...each, similarities(audit)].filter(({ rows }) => rows.length > 0);
}

function health({ overall, groups }: RepresentedLayer, of: string): WordTable {
  const ids = Object.keys(HEALTH) as HealthMeasure[];
  return {
    title: `Representations by group: ${of}`,
    aside: 'groups of a feature at equally many rows',
    columns: [{ title: 'Group' }, { title: 'n', numeric: true }, { title: 'Rows each', numeric: true }, ...ids.map((id) => ({ title: HEALTH[id] }))],
    rows: [overall, ...groups].map(({ feature, group, n, equalRows, measures }) => [
      feature === null ? 'everybody' : `${feature} ${group ?? ''}`,
      whole(n),
      equalRows === 0 ? '' : whole(equalRows),
      ...ids.map((id) => estimateWords(measures[id])),
    ]),
  }; // prettier-ignore
}

function distances({ distances: rows }: RepresentedLayer, of: string): WordTable {
  const ids = Object.keys(DISTANCES) as DistanceMeasure[];
  return {
    title: `Distances between groups: ${of}`,
    aside: 'beside what shuffled groups give',
    columns: [{ title: 'Groups' }, { title: 'Rows each', numeric: true }, { title: 'Measure' }, { title: 'Value' }, { title: 'Shuffled groups' }, { title: 'p (adjusted)' }],
    rows: rows.flatMap(({ feature, group, other, n, measures }) =>
      ids.map((id) => [
        `${feature}: ${group} and ${other ?? 'everybody else'}`,
        whole(n),
        DISTANCES[id],
        estimateWords(measures[id]),
        rangeWords(measures[id].nullRange),
        testWords(measures[id]),
      ]),
    ),
  }; // prettier-ignore
}

function neighbours({ neighbours: rows }: RepresentedLayer, of: string): WordTable {
  return {
    title: `Neighbours of the same group: ${of}`,
    aside: 'beside chance',
    columns: [{ title: 'Group' }, { title: 'n', numeric: true }, { title: 'Share' }, { title: 'By chance', numeric: true }, { title: 'Shuffled groups' }, { title: 'p (adjusted)' }],
    rows: rows.map((row) => [
      row.group === null ? `all of ${row.feature}` : `${row.feature} ${row.group}`,
      whole(row.n),
      estimateWords(row),
      row.value === null ? '' : decimal(row.base),
      rangeWords(row.nullRange),
      testWords(row),
    ]),
  }; // prettier-ignore
}

function leakage({ leakage: rows }: RepresentedLayer, of: string): WordTable {
  return {
    title: `What a probe tells of groups: ${of}`,
    aside: 'on subjects that it did not learn from',
    columns: [{ title: 'Feature' }, { title: 'Probe' }, { title: 'Learns from' }, { title: 'Tested', numeric: true }, { title: 'Balanced accuracy' }, { title: 'AUROC' }, { title: 'Representation minus this' }],
    rows: rows.map((row) => [
      row.given === null ? row.feature : `${row.feature}, within ${row.given}`,
      row.probe ?? '',
      INPUTS[row.input],
      whole(row.tested),
      estimateWords(row.balancedAccuracy),
      estimateWords(row.auroc),
      row.gain === null ? '' : estimateWords(row.gain),
    ]),
  }; // prettier-ignore
}

function associations({ associations: rows }: RepresentedLayer, of: string): WordTable {
  return {
    title: `Association tests: ${of}`,
    aside: 'effect size d; one-sided p',
    columns: [{ title: 'Test' }, { title: 'Kind' }, { title: 'Rows of X, Y, A, B' }, { title: 'd', numeric: true }, { title: 'p (adjusted)' }, { title: 'Partitions' }, { title: 'Untrained: d, p' }, { title: 'Remark' }],
    rows: rows.map((row) => [
      row.name,
      row.role === 'benign' ? 'benign control' : 'test',
      row.sizes.map(whole).join(', '),
      decimal(row.effect),
      testWords(row),
      `${whole(row.partitions)}, ${row.exact ? 'all' : 'drawn'}`,
      row.untrained === null ? '' : `${decimal(row.untrained.effect)}, ${decimal(row.untrained.p)}`,
      row.reason ?? '',
    ]),
  }; // prettier-ignore
}

function similarities({ similarities: rows, models }: RepresentationAudit): WordTable {
  const name = (model: number): string => models[model]?.name ?? '';
  return {
    title: 'Similarity of representations (linear CKA)',
    aside: '1: equal but for turning and scaling',
    columns: [{ title: 'Layers' }, { title: 'Rows of' }, { title: 'n', numeric: true }, { title: 'Biased' }, { title: 'Unbiased' }],
    rows: rows.map((row) => [
      `${name(row.model)} ${row.layer} and ${name(row.baseline)} ${row.baselineLayer}`,
      row.feature === null ? 'everybody' : row.group === null ? `all of ${row.feature} alike` : `${row.feature} ${row.group}`,
      whole(row.n),
      estimateWords(row.biased),
      estimateWords(row.unbiased),
    ]),
  }; // prettier-ignore
}

/** `0.790 (0.700 to 0.880)`, or the value with why it has no interval. */
export function estimateWords(estimate: Estimated): string {
  const beside = interval(estimate) || (estimate.reason ?? '');
  return beside === '' ? decimal(estimate.value) : `${decimal(estimate.value)} (${beside})`;
}

function rangeWords(range: readonly [number, number] | null): string {
  return range === null ? '' : `${decimal(range[0])} to ${decimal(range[1])}`;
}
