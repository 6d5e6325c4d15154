import type { GroupValue, RunResults } from '../../../preload/contract/vocabulary.ts';
import type { ReportedRun, ReportInput } from '../formats/format.ts';
import { suppressAudit } from './suppressAudit.ts';
import type { Shown } from './release.ts';

/** Everything a report may show, without small cells: the audit, and what its runs found by group while they trained. */
export function suppressReport(input: ReportInput, shown: Shown): ReportInput {
  const { least } = shown.release;
  if (least === 0) return input;
  return {
    ...input,
    audit: suppressAudit(input.audit, shown),
    runs: input.runs.map((run) => suppressedRun(run, least)),
  };
}

function suppressedRun(run: ReportedRun, least: number): ReportedRun {
  const { results } = run;
  if (results === null) return run;
  const { knnByClass: _knn, linearByClass: _linear, finetune, ...others } = results;
  const kept: RunResults = {
    ...others,
    knnByGroup: safe(results.knnByGroup, least),
    linearByGroup: safe(results.linearByGroup, least),
    ...(finetune === undefined
      ? {}
      : { finetune: { ...finetune, byClass: [], byGroup: safe(finetune.byGroup, least) } }),
  };
  return { ...run, results: kept };
}

/** A feature's groups are shown together or not at all: with the accuracy of all rows, one that is missing could be computed. */
function safe(values: readonly GroupValue[], least: number): readonly GroupValue[] {
  const small = values.filter(({ n, value }) => {
    const right = value === null ? least : Math.round(value * n);
    return n > 0 && (n < least || right < least || n - right < least);
  });
  const unsafe = new Set(small.map(({ feature }) => feature));
  return values.filter(({ feature }) => !unsafe.has(feature));
}
