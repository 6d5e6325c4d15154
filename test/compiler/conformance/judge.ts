import type { Exception } from './exceptions.ts';
import type { SpecResult } from './specResult.ts';

/** How the tests of one operator file, or of all, went. */
export interface Verdict {
  /** Tests whose kernels all ran as compiled graphs, and how many of them passed. */
  readonly inScope: { readonly run: number; readonly passed: number };
  /** Of those in scope, tests that only look at arguments, shapes or errors and never computed anything. */
  readonly withoutGraph: number;
  /** Tests that a kernel without a lowering took part in; they pass by TensorFlow.js's own kernel. */
  readonly fallback: { readonly run: number; readonly passed: number };
  /** Failures on the list. */
  readonly listed: readonly (SpecResult & { readonly reason: string })[];
  /** One sentence for each thing that is not as the list says. */
  readonly complaints: readonly string[];
}

const keyOf = ({ file, name }: { readonly file: string; readonly name: string }): string =>
  `${file} | ${name}`;

/**
 * Holds results against the list, both ways: a failure that is not listed, a listed failure that passes or no longer
 * exists, a fallback of a kernel that should have compiled, and tests that did not run are all complaints.
 */
export function judge(
  results: readonly SpecResult[],
  exceptions: readonly Exception[],
  expected: { readonly specs: number; readonly mayFallBack: (kernel: string) => boolean },
): Verdict {
  const reasons = new Map(exceptions.map((exception) => [keyOf(exception), exception.reason]));
  const complaints: string[] = [];
  const listed: (SpecResult & { reason: string })[] = [];
  for (const result of results) {
    const reason = reasons.get(keyOf(result));
    reasons.delete(keyOf(result));
    if (!result.passed && reason !== undefined) listed.push({ ...result, reason });
    else if (!result.passed) complaints.push(`New failure: ${keyOf(result)}: ${result.message}`);
    else if (reason !== undefined) complaints.push(`Listed as failing, but passes: ${keyOf(result)}`);
    for (const kernel of result.fallbacks) {
      if (!expected.mayFallBack(kernel))
        complaints.push(`Fell back to the cpu kernel ${kernel}: ${keyOf(result)}`);
    }
  }
  for (const key of reasons.keys()) complaints.push(`Listed as failing, but there is no such test: ${key}`);
  if (results.length !== expected.specs)
    complaints.push(`${results.length} tests ran, and there should be ${expected.specs}.`);
  const scope = results.filter(({ fallbacks }) => fallbacks.length === 0);
  const others = results.filter(({ fallbacks }) => fallbacks.length > 0);
  return {
    inScope: { run: scope.length, passed: count(scope) },
    withoutGraph: scope.filter(({ graphs }) => graphs === 0).length,
    fallback: { run: others.length, passed: count(others) },
    listed,
    complaints,
  };
}

function count(results: readonly SpecResult[]): number {
  return results.filter(({ passed }) => passed).length;
}
