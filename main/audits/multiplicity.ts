import type {
  AuditDifference,
  AuditedModel,
  Disparity,
  PrimaryMetric,
  Tested,
} from '../../preload/contract/vocabulary.ts';
import { disparityOfMetric } from '../fairness/disparities.ts';
import { benjaminiHochberg, holm } from '../fairness/multiplicity.ts';

/** Models and differences of an audit. */
export interface Findings {
  readonly models: readonly AuditedModel[];
  readonly differences: readonly AuditDifference[];
}

/**
 * Adjusts every p-value for the number of tests: those of the declared primary metric (of every run, and between runs) by Holm, all others
 * together by Benjamini and Hochberg.
 */
export function adjusted({ models, differences }: Findings, primary: PrimaryMetric | null): Findings {
  const tests: Tested[] = [
    ...models.flatMap((model) => [...model.disparities, ...(model.conditional ?? [])]),
    ...differences,
  ];
  const own = new Set([
    ...models.flatMap(({ disparities }) => disparities.filter((one) => asksPrimary(primary, one))),
    ...differences.filter((one) => differsInPrimary(primary, one)),
  ]);
  const declared = tests.filter((one) => own.has(one as Disparity | AuditDifference));
  const others = tests.filter((one) => !own.has(one as Disparity | AuditDifference));
  const change = new Map([
    ...named(declared, 'holm', holm),
    ...named(others, 'benjaminiHochberg', benjaminiHochberg),
  ]);
  return {
    models: models.map((model) => {
      const primaryRow = model.disparities.find((one) => asksPrimary(primary, one));
      return {
        ...model,
        disparities: model.disparities.map((one) => ({ ...one, ...change.get(one) })),
        ...(model.conditional && {
          conditional: model.conditional.map((one) => ({ ...one, ...change.get(one) })),
        }),
        primary:
          model.primary === null || primaryRow === undefined
            ? model.primary
            : { ...model.primary, p: primaryRow.p, ...change.get(primaryRow) },
      };
    }),
    differences: differences.map((one) => ({ ...one, ...change.get(one) })),
  };
}

type Adjustment = Pick<Tested, 'pAdjusted' | 'adjustment'>;

function named(
  tests: readonly Tested[],
  adjustment: NonNullable<Tested['adjustment']>,
  adjust: (p: readonly (number | null)[]) => readonly (number | null)[],
): readonly (readonly [Tested, Adjustment])[] {
  const values = adjust(tests.map((one) => one.p));
  return tests.map((one, at) => [one, { pAdjusted: values[at] ?? null, adjustment }] as const);
}

/** True for the row of disparities that answers the declared question. */
function asksPrimary(primary: PrimaryMetric | null, one: Disparity): boolean {
  if (primary === null || one.kind !== 'difference' || one.metric !== primary.metric) return false;
  if (one.features.length !== 1 || one.features[0] !== primary.feature) return false;
  if (primary.group === null || primary.reference === null)
    return one.relativeTo === 'betweenGroups' && isOfOneMetric(one);
  return (
    one.relativeTo === 'reference' &&
    one.group?.[primary.feature] === primary.group &&
    one.reference?.[primary.feature] === primary.reference
  );
}

/** Disparities over several metrics name the worst of them; those are not the declared one. */
function isOfOneMetric(one: Disparity): boolean {
  return disparityOfMetric(one.metric).id === one.id;
}

/** True for a difference between runs in the declared question. */
function differsInPrimary(primary: PrimaryMetric | null, one: AuditDifference): boolean {
  if (primary === null || one.disparity !== disparityOfMetric(primary.metric).id) return false;
  if (one.features.length !== 1 || one.features[0] !== primary.feature) return false;
  return primary.group === null ? one.group === null : one.group?.[primary.feature] === primary.group;
}
