import type { Audit, Disparity } from '../../preload/contract/vocabulary.ts';
import { groupId } from '../lib/groups.ts';

/** One disparity of one model. */
export interface DisparityRow {
  readonly model: string;
  readonly colour: number;
  readonly disparity: Disparity;
}

/** Ways to look at disparities: ratios and distances to the overall value say the same in other words. */
export const DISPARITY_SHOWS: readonly {
  readonly id: string;
  readonly title: string;
  readonly test: (disparity: Disparity) => boolean;
}[] = [
  {
    id: 'difference',
    title: 'largest differences',
    test: ({ kind, relativeTo }) => kind === 'difference' && relativeTo === 'betweenGroups',
  },
  {
    id: 'ratio',
    title: 'smallest ratios',
    test: ({ kind, relativeTo }) => kind === 'ratio' && relativeTo === 'betweenGroups',
  },
  {
    id: 'reference',
    title: 'differences from the reference group',
    test: ({ kind, relativeTo }) => kind === 'difference' && relativeTo === 'reference',
  },
  {
    id: 'referenceRatio',
    title: 'ratios to the reference group',
    test: ({ kind, relativeTo }) => kind === 'ratio' && relativeTo === 'reference',
  },
  {
    id: 'overall',
    title: 'differences and ratios to everyone',
    test: ({ relativeTo }) => relativeTo === 'overall',
  },
];

/** What makes a disparity the same in another model. */
export function disparityKey(disparity: Disparity): string {
  const { id, kind, relativeTo, metric, features, group } = disparity;
  // The worst of several metrics may be another one in another model.
  const own = relativeTo === 'reference' ? `${metric}/${groupId(group ?? {})}` : '';
  return [id, kind, relativeTo, features.join(), own].join('/');
}

/** Disparities of all models that pass, the models' rows of one disparity under each other. */
export function disparityRows(
  audit: Audit,
  colours: readonly number[],
  test: (disparity: Disparity) => boolean,
): readonly DisparityRow[] {
  const byKey = new Map<string, DisparityRow[]>();
  audit.models.forEach((model, at) => {
    for (const disparity of model.disparities) {
      if (!test(disparity)) continue;
      const key = disparityKey(disparity);
      const rows = byKey.get(key) ?? [];
      byKey.set(key, rows);
      rows.push({ model: model.name, colour: colours[at] ?? at, disparity });
    }
  });
  return [...byKey.values()].flat();
}

/** Every grouping of an audit, single features first: `race`, `race × age`. */
export function groupingsOf(audit: Audit): readonly string[] {
  const all = audit.models.flatMap((model) => model.disparities.map((one) => one.features));
  const names = new Map(all.map((features) => [features.join(' × '), features.length]));
  return [...names].toSorted((a, b) => a[1] - b[1]).map(([name]) => name);
}
