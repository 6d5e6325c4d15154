import { Z80, Z95 } from './normal.ts';

/**
 * The smallest true difference that a two-sided test at 5% finds in four of five samples like this one: 2.80 standard errors
 * (Bloom 1995). Null without a standard error.
 */
export function detectableDifference(standardError: number | null): number | null {
  return standardError === null || standardError === 0 ? null : (Z95 + Z80) * standardError;
}

/** The same for a value that is tested against shuffles: past 95% of them, and by how much it varies itself. */
export function detectableSpread(nullQuantile: number | null, standardError: number | null): number | null {
  return nullQuantile === null || standardError === null ? null : nullQuantile + Z80 * standardError;
}

/** Standard error of a rate, with two rows of each kind added (Agresti and Coull 1998) so that 0 of 5 does not look certain. */
export function cautiousError(hits: number, n: number): number {
  const share = (hits + 2) / (n + 4);
  return Math.sqrt((share * (1 - share)) / (n + 4));
}
