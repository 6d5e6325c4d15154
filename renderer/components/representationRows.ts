import type {
  Association,
  DistanceMeasure,
  Estimated,
  GroupDistance,
  HealthMeasure,
  Leakage,
  LeakageInput,
  NeighbourShare,
  RepresentationAudit,
  RepresentedGroup,
  RepresentedLayer,
  TestedDistance,
} from '../../preload/contract/vocabulary.ts';

/** One thing measured of one layer of one model. */
export interface RepresentationRow<T> {
  readonly model: string;
  readonly colour: number;
  readonly one: T;
}

export const HEALTH_TITLES: Readonly<Record<HealthMeasure, string>> = {
  knnAccuracy: 'kNN accuracy',
  effectiveRank: 'Effective rank',
  uniformity: 'Uniformity',
  alignment: 'Alignment',
  std: 'Per-dimension std',
};
export const DISTANCE_TITLES: Readonly<Record<DistanceMeasure, string>> = {
  relativeMedoid: 'Medoids over distance within',
  medoid: 'Medoids',
  centroid: 'Centroids',
  mmd: 'MMD²',
};
export const INPUT_TITLES: Readonly<Record<LeakageInput, string>> = {
  representation: 'representation',
  rawInput: 'raw input',
  untrained: 'untrained encoder',
  shuffled: 'shuffled labels',
  majority: 'majority',
};

/** Names of the layers that any model has, in their order. */
export function layersOf(audit: RepresentationAudit): readonly string[] {
  return [...new Set(audit.models.flatMap((model) => model.layers.map((layer) => layer.layer)))];
}

/** Rows of one layer of all models, those of one thing under each other. */
export function layerRows<T>(
  audit: RepresentationAudit,
  layer: string,
  colours: readonly number[],
  of: (layer: RepresentedLayer) => readonly T[],
  key: (one: T) => string,
): readonly RepresentationRow<T>[] {
  const byKey = new Map<string, RepresentationRow<T>[]>();
  audit.models.forEach((model, at) => {
    for (const one of model.layers.filter((own) => own.layer === layer).flatMap(of)) {
      const rows = byKey.get(key(one)) ?? [];
      byKey.set(key(one), rows);
      rows.push({ model: model.name, colour: colours[at] ?? at, one });
    }
  });
  return [...byKey.values()].flat();
}

/** Everybody and every group with one measure. */
export function groupRows(layer: RepresentedLayer): readonly RepresentedGroup[] {
  return [layer.overall, ...layer.groups];
}

export const groupKey = (one: RepresentedGroup): string => `${one.feature ?? ''}=${one.group ?? ''}`;
export const distanceKey = (one: GroupDistance): string => `${one.feature}/${one.group}/${one.other ?? ''}`;
export const shareKey = (one: NeighbourShare): string => `${one.feature}/${one.group ?? ''}`;
export const leakageKey = (one: Leakage): string =>
  [one.feature, one.given ?? '', one.input, one.probe ?? ''].join('/');
export const associationKey = (one: Association): string => one.name;

/** Ends of estimates, for an axis. */
export function endsOf(values: readonly (Estimated | TestedDistance)[]): readonly (number | null)[] {
  return values.flatMap((value) => [
    value.value,
    value.low,
    value.high,
    ...('nullRange' in value && value.nullRange ? value.nullRange : []),
  ]);
}
