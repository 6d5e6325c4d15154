import { falseNegatives, falsePositives } from './metric.ts';
import type { Counts } from './metric.ts';

/**
 * Mean of a quantity of the benefits over their mean. The benefit of a row is prediction - truth + 1: 0 for a missed positive, 2 for a false
 * one, else 1 (Speicher et al. 2018). Null without rows or where all benefits are 0.
 */
export function benefitMean(counts: Counts, quantity: (benefit: number) => number): number | null {
  const [missed, undue] = [falseNegatives(counts), falsePositives(counts)];
  const mean = (counts.n + undue - missed) / counts.n;
  if (counts.n === 0 || mean === 0) return null;
  const even = counts.n - missed - undue;
  return (missed * quantity(0) + even * quantity(1 / mean) + undue * quantity(2 / mean)) / counts.n;
}
