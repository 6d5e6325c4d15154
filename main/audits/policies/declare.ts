import { AppError } from '../../../preload/contract/errors.ts';
import type { AuditOptions, PolicyDefinition, PolicyLimit } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import { METRIC_IDS } from '../../fairness/metricCatalog.ts';

/**
 * Refuses a policy that no audit could answer.
 * @throws AppError usage in one sentence that names the limit
 */
export function checkPolicy({ features, limits }: Pick<PolicyDefinition, 'features' | 'limits'>): void {
  for (const limit of limits) checkLimit(limit, features);
  for (const feature of features) referenceOf(limits, feature);
}

function checkLimit(limit: PolicyLimit, features: readonly string[]): void {
  const { metric, subject, low, high } = limit;
  const name = limitWords(limit);
  if (!(METRIC_IDS as readonly string[]).includes(metric)) {
    const close = nearest(metric, METRIC_IDS);
    throw usage(`There is no metric ${JSON.stringify(metric)}.`, close === null ? `Choose from ${METRIC_IDS.join(', ')}.` : `Did you mean ${close}?`); // prettier-ignore
  }
  if (low === null && high === null) throw usage(`The limit ${name} has no end.`, 'Give a lower end, an upper end or both.'); // prettier-ignore
  if (low !== null && high !== null && low > high)
    throw usage(`The limit ${name} ends at ${high}, below where it begins.`, 'Exchange its ends.');
  if (subject.of !== 'overall' && !features.includes(subject.feature))
    throw usage(
      `The limit ${name} is about ${subject.feature}, which is not among the policy's features.`,
      `Its features are ${features.join(', ')}.`,
    );
  if ('reference' in subject && subject.group === subject.reference)
    throw usage(`The limit ${name} compares a group with itself.`, 'Name two groups.');
}

/** The reference group that the limits on a feature name; null: the audit's own choice. @throws AppError usage if they name two */
function referenceOf(limits: readonly PolicyLimit[], feature: string): string | null {
  const named = limits.flatMap(({ subject }) => ('reference' in subject && subject.feature === feature ? [subject.reference] : [])); // prettier-ignore
  const [reference, other] = new Set(named);
  if (other === undefined) return reference ?? null;
  throw usage(
    `Limits on ${feature} compare with two groups, ${reference ?? ''} and ${other}.`,
    'Compare all groups of a feature with the same one, or make two policies.',
  );
}

/** What an audit has to measure so that a policy can be judged. */
export function optionsOfPolicy(policy: PolicyDefinition): AuditOptions {
  const { features, limits, split, threshold, positive, draws, seed } = policy;
  const references = features.flatMap((feature) => {
    const reference = referenceOf(limits, feature);
    return reference === null ? [] : [[feature, reference] as const];
  });
  return {
    ...{ features, split, threshold, positive, draws, seed },
    intersections: false,
    metrics: [...new Set(limits.map(({ metric }) => metric))],
    primary: null,
    references: Object.fromEntries(references),
  };
}

/** `accuracy of sex female at least 0.8`: a limit in words. */
export function limitWords({ metric, subject, low, high }: PolicyLimit): string {
  const range =
    low !== null && high !== null ? `from ${low} to ${high}` : low !== null ? `at least ${low}` : high === null ? 'without an end' : `at most ${high}`; // prettier-ignore
  switch (subject.of) {
    case 'overall':
      return `${metric} ${range}`;
    case 'group':
      return `${metric} of ${subject.feature} ${subject.group} ${range}`;
    case 'everyGroup':
      return `${metric} of every ${subject.feature} ${range}`;
    case 'difference':
      return `${metric} of ${subject.feature} ${subject.group} minus ${subject.reference} ${range}`;
    case 'ratio':
      return `${metric} of ${subject.feature} ${subject.group} over ${subject.reference} ${range}`;
    case 'everyDifference':
      return `${metric} of every ${subject.feature} minus the reference ${range}`;
  }
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
