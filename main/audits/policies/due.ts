import type { PolicyDefinition, PolicyResult, PolicyRow } from '../../../preload/contract/vocabulary.ts';

const DAY_MS = 86_400_000;

/** A policy as it was declared, with who it is. */
export interface DeclaredPolicy extends PolicyDefinition {
  readonly id: string;
  readonly created: string;
  readonly archived: boolean;
}

/**
 * Where a policy stands: due so many days after something new was assessed last, or after it was declared. Looking at the same checkpoints, data and
 * metrics once more is no new assessment.
 * @param results newest first
 * @param now milliseconds since 1970
 */
export function policyRow(
  policy: DeclaredPolicy,
  results: readonly PolicyResult[],
  scopeName: string,
  now: number,
): PolicyRow {
  const assessed = results.find(({ fresh }) => fresh)?.created ?? null;
  const due = Date.parse(assessed ?? policy.created) + policy.dueDays * DAY_MS;
  return {
    ...policy,
    scopeName,
    assessed,
    due: new Date(due).toISOString(),
    overdue: !policy.archived && now > due,
    state: results[0]?.state ?? null,
    checks: results.length,
  };
}
