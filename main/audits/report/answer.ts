import type {
  Audit,
  AuditDifference,
  AuditedModel,
  Estimated,
} from '../../../preload/contract/vocabulary.ts';
import { decimal, interval, pValue, signed } from './numbers.ts';
import { isPrimary, metricTitle, runName } from './words.ts';

/** What the audit found of its declared question, in one or two sentences. Numbers, never a verdict. */
export function answerWords(audit: Audit): string {
  const [only, another] = audit.models;
  if (audit.primary === null || !only) return '';
  if (!another) return oneRun(audit, only);
  return `${manyRuns(audit)} ${betweenRuns(audit)}`.trim();
}

function oneRun(audit: Audit, model: AuditedModel): string {
  const { primary } = audit;
  const estimate = model.primary ?? null;
  const value = estimate?.value ?? null;
  if (primary === null || estimate === null || value === null)
    return `${model.name}: not measured${estimate?.reason === undefined ? '' : ` (${estimate.reason})`}.`;
  const metric = metricTitle(primary.metric);
  if (primary.group === null || primary.reference === null)
    return `${model.name}: the groups of ${primary.feature} lie up to ${decimal(value)} apart in ${lower(metric)}${shuffled(audit, model)}.`;
  const than = value < 0 ? 'lower' : 'higher';
  return `${model.name}: ${lower(metric)} is ${decimal(Math.abs(value))} ${than} for ${primary.group} than for ${primary.reference} (${support(estimate)}).`;
}

/** `Accuracy` within a sentence is `accuracy`, but `AUROC` stays. */
function lower(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

function support(estimate: Estimated): string {
  const range = interval(estimate, signed);
  if (range === '') return estimate.reason ?? 'no interval';
  return `95% interval ${range}, which ${excludesZero(estimate) ? 'excludes' : 'includes'} 0`;
}

function shuffled(audit: Audit, { disparities }: AuditedModel): string {
  const { primary } = audit;
  const found = disparities.find(
    (one) =>
      one.metric === primary?.metric &&
      one.kind === 'difference' &&
      one.relativeTo === 'betweenGroups' &&
      one.features.join() === primary.feature,
  );
  return found?.p == null ? '' : ` (shuffled groups reach that with p ${pValue(found.p)})`;
}

function manyRuns({ models }: Audit): string {
  const known = models.flatMap(({ name, primary }) =>
    primary?.value == null ? [] : [{ name, value: primary.value, estimate: primary }],
  );
  const sorted = known.toSorted((a, b) => a.value - b.value);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (!least || !most) return 'It could not be measured in any run.';
  const range = `Over the runs it lies between ${signed(least.value)} (${least.name}) and ${signed(most.value)} (${most.name})`;
  const held = known.filter(({ estimate }) => estimate.low !== null);
  if (held.length === 0) return `${range}.`;
  const apart = held.filter(({ estimate }) => excludesZero(estimate)).length;
  return `${range}; its 95% interval excludes 0 in ${apart} of ${models.length} runs.`;
}

function betweenRuns(audit: Audit): string {
  const pairs = audit.differences.filter((one) => isPrimary(audit, one) && one.value !== null);
  const [first] = pairs.toSorted((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0));
  if (!first) return '';
  const named = (one: AuditDifference): string =>
    `${runName(audit, one.run)} minus ${runName(audit, one.baseline)}`;
  const found = first.low === null ? `p ${pValue(first.p)}` : support(first);
  if (pairs.length === 1) return `${named(first)}: ${signed(first.value)} (${found}).`;
  const apart = pairs.filter(excludesZero).length;
  const counted =
    first.low === null ? '' : `The paired interval excludes 0 in ${apart} of ${pairs.length} pairs of runs. `;
  return `${counted}The largest difference is ${named(first)}: ${signed(first.value)} (${found}).`;
}

function excludesZero({ low, high }: Pick<Estimated, 'low' | 'high'>): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}
