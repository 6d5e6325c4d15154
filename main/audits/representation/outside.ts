import type { AssociationTest, RepresentationAudit } from '../../../preload/contract/vocabulary.ts';

/** Counts below this are not shown outside the workspace unless somebody says so. */
const LEAST_SHOWN = 10;

/**
 * What of an audit may leave the workspace: sets of association tests lose the names of their rows, and a feature with a group of fewer rows than
 * `least` is left out, because the small count could be computed from all others. Null: 10, but 0 for features that were made and tell of nobody.
 */
export function forOutside(audit: RepresentationAudit, asked: number | null): RepresentationAudit {
  const hidden = new Set(audit.features.filter((feature) => hasSmallGroup(audit, feature, asked)));
  const shown = ({ feature }: { readonly feature: string | null }): boolean => feature === null || !hidden.has(feature); // prettier-ignore
  const tests = audit.options.associations.filter((test) => !asksFor(test, hidden));
  const names = new Set(tests.map(({ name }) => name));
  return {
    ...audit,
    options: { ...audit.options, associations: tests.map(withoutNames) },
    models: audit.models.map((model) => ({
      ...model,
      layers: model.layers.map((layer) => ({
        ...layer,
        groups: layer.groups.filter(shown),
        distances: layer.distances.filter(shown),
        neighbours: layer.neighbours.filter(shown),
        leakage: layer.leakage.filter(shown),
        associations: layer.associations.filter(({ name }) => names.has(name)),
      })),
    })),
    similarities: audit.similarities.filter(shown),
    notes: [
      ...audit.notes.filter((note) => ![...hidden].some((feature) => note.startsWith(`${feature} `))),
      ...[...hidden].map((feature) => `${feature} is left out: one of its groups has fewer than ${leastOf(audit, feature, asked)} rows.`), // prettier-ignore
    ],
  };
}

function leastOf({ featureSources }: RepresentationAudit, feature: string, asked: number | null): number {
  return asked ?? (featureSources[feature] === 'synthetic' ? 0 : LEAST_SHOWN);
}

function hasSmallGroup(audit: RepresentationAudit, feature: string, asked: number | null): boolean {
  const groups = audit.models[0]?.layers[0]?.groups ?? [];
  return groups.some((group) => group.feature === feature && group.n > 0 && group.n < leastOf(audit, feature, asked)); // prettier-ignore
}

function asksFor({ x, y, a, b }: AssociationTest, features: ReadonlySet<string>): boolean {
  return [x, y, a, b].some((set) => 'column' in set && features.has(set.column));
}

function withoutNames(test: AssociationTest): AssociationTest {
  const bare = (set: AssociationTest['x']): AssociationTest['x'] => ('names' in set ? { names: [] } : set);
  return { ...test, x: bare(test.x), y: bare(test.y), a: bare(test.a), b: bare(test.b) };
}
