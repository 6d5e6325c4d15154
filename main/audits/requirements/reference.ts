import { AppError } from '../../../preload/contract/errors.ts';
import type { ReferenceShares } from '../../../preload/contract/vocabulary.ts';
import type { Coded } from './checkTable.ts';
import type { RowGroup } from './groups.ts';

const JOIN = ',';
/** Shares are typed by hand: three times .333 is whole. */
const ROUNDING = 0.005;

/** The share that was entered for a group or an intersection, its features in either order; null if none was. */
export function referenceOf(reference: ReferenceShares, { features, values }: RowGroup): number | null {
  const forward = reference[features.join(JOIN)]?.[values.join(JOIN)];
  const backward = reference[features.toReversed().join(JOIN)]?.[values.toReversed().join(JOIN)];
  return forward ?? backward ?? null;
}

/** @throws AppError usage for a feature, value or pair that the data set does not have, and for shares above one in all */
export function checkReference(reference: ReferenceShares, sensitive: readonly Coded[]): void {
  const pairs = sensitive.flatMap((a) => sensitive.filter((b) => b !== a).map((b) => joined(a, b)));
  const known = [...sensitive.map(({ name, values }) => ({ name, values })), ...pairs];
  for (const [feature, shares] of Object.entries(reference)) {
    const found = known.find(({ name }) => name === feature);
    if (!found)
      throw usage(
        `The data set has no sensitive feature ${JSON.stringify(feature)}.`,
        `It has ${sensitive.map(({ name }) => name).join(', ') || 'none'}; of two, write both with a comma.`,
      );
    const stray = Object.keys(shares).find((value) => !found.values.includes(value));
    if (stray !== undefined)
      throw usage(`Feature ${feature} has no value ${JSON.stringify(stray)}.`, `It has ${found.values.join('; ')}.`); // prettier-ignore
    const sum = Object.values(shares).reduce((total, share) => total + share, 0);
    if (sum > 1 + ROUNDING)
      throw usage(`The shares of ${feature} sum to ${Number(sum.toFixed(4))}.`, 'Shares of one feature sum to 1 at most.'); // prettier-ignore
  }
}

function joined(a: Coded, b: Coded): { readonly name: string; readonly values: readonly string[] } {
  return {
    name: [a.name, b.name].join(JOIN),
    values: a.values.flatMap((left) => b.values.map((right) => [left, right].join(JOIN))),
  };
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
