import type { Audit, AuditedModel, Estimated, GroupKey } from '../../preload/contract/vocabulary.ts';
import { readable, table } from './terminal.ts';

/** A table below its name; nothing without rows. */
export function titled(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${table(head, rows)}`;
}

/** The name of a run; its id if the audit does not know it. */
export function nameOf(audit: Audit, run: string): string {
  return audit.models.find((model) => model.run === run)?.name ?? run;
}

/** `0.1000 to 0.2000`, or nothing. */
export function rangeWords(range: readonly [number, number] | null | undefined): string {
  return range == null ? '' : `${readable(range[0])} to ${readable(range[1])}`;
}

/** Impact ratios, parity deviations and conditional parity of a model. */
export function otherWords({
  impact = [],
  parityDeviations = [],
  conditional = [],
}: AuditedModel): readonly string[] {
  return [
    titled(
      'impact and scoring ratios (NYC Local Law 144)',
      ['group', 'n', 'selection', 'impact', 'scoring', 'ratio'],
      impact.map((one) => [
        groupName(one.group),
        ...[one.n, one.selectionRate, one.impactRatio, one.scoringRate, one.scoringRatio].map(readable),
      ]),
    ),
    titled(
      'parity deviation: everybody else over the group, mean of the ratios that are defined',
      ['group', 'defined', '|1 - r|', '|ln r|'],
      parityDeviations.map((one) => [
        groupName(one.group),
        `${one.ratios.filter(({ ratio }) => ratio !== null).length} of ${one.ratios.length}`,
        readable(one.meanDeviation),
        readable(one.meanLogRatio),
      ]),
    ),
    titled(
      `within values of ${conditional[0]?.control ?? ''}`,
      ['disparity', 'within', 'n', 'value', 'shuffled', 'p', 'adjusted'],
      conditional.map((one) => [
        one.id,
        one.stratum ?? 'mean by rows',
        readable(one.n),
        readable(one.value),
        rangeWords(one.nullRange),
        readable(one.p),
        readable(one.pAdjusted ?? null),
      ]),
    ),
  ];
}

/** What several runs are beside each other: marked values, seeds, ratio scores. */
export function sideBySideWords(audit: Audit): readonly string[] {
  const { bests = [], seedComparisons = [], ratioComparisons = [] } = audit;
  return [
    titled(
      'best of these trained models (paired interval excludes the runner-up)',
      ['metric', 'of', 'best', 'runner-up', 'difference'],
      bests
        .filter((one) => one.marked)
        .map((one) => [
          one.metric,
          one.group === null ? 'everybody' : groupName(one.group),
          nameOf(audit, one.run),
          nameOf(audit, one.runnerUp),
          estimateWords(one.difference),
        ]),
    ),
    titled(
      'methods, seed by seed (Welch t interval)',
      ['arm', 'minus', 'metric', 'seeds', 'difference'],
      seedComparisons.map((one) => [
        one.arm,
        one.baseline,
        one.disparity === null ? one.metric : `${one.disparity} of ${one.features.join(' x ')}`,
        `${one.runs.length}, ${one.baselineRuns.length}`,
        estimateWords(one),
      ]),
    ),
    titled(
      'ratio scores on the ratios that both runs have',
      ['run', 'baseline', 'by', 'shared', 'left out', 'run', 'baseline', 'improvement'],
      ratioComparisons.map((one) => [
        nameOf(audit, one.run),
        nameOf(audit, one.baseline),
        one.features.join(' x '),
        `${one.shared.length}`,
        one.leftOut.join(' '),
        ...[one.value, one.baselineValue, one.improvement].map(readable),
      ]),
    ),
  ];
}

function estimateWords({ value, low, high, reason }: Estimated): string {
  return low === null || high === null
    ? `${readable(value)} (${reason ?? 'no interval'})`
    : `${readable(value)} [${readable(low)}, ${readable(high)}]`;
}

/** `race=White, sex=F`. */
export function groupName(group: GroupKey): string {
  return Object.entries(group)
    .map(([feature, value]) => `${feature}=${value}`)
    .join(', ');
}
