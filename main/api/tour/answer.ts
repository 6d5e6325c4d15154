import { AppError } from '../../../preload/contract/errors.ts';
import type {
  Audit,
  AuditDifference,
  Estimated,
  TourAnswer,
  TourPart,
  TourRun,
} from '../../../preload/contract/vocabulary.ts';
import { TOUR_PRIMARY } from './plan.ts';

/** What the tour's audit found. @throws AppError internal if it does not hold the tour's runs */
export function tourAnswer(audit: Audit, runs: readonly TourRun[]): TourAnswer {
  const idOf = (part: TourPart): string | undefined => runs.find((run) => run.part === part)?.run;
  const primaryOf = (part: TourPart): Estimated => {
    const model = audit.models.find(({ run }) => run === idOf(part));
    return estimateOf(model?.primary ?? null, part);
  };
  const difference = audit.differences.find(
    (row) => isPrimary(row) && row.run === idOf('changed') && row.baseline === idOf('kept'),
  );
  return {
    primary: TOUR_PRIMARY,
    kept: primaryOf('kept'),
    changed: primaryOf('changed'),
    twin: primaryOf('twin'),
    difference: estimateOf(difference ?? null, 'changed'),
  };
}

function isPrimary({ metric, disparity, group }: AuditDifference): boolean {
  return (
    metric === TOUR_PRIMARY.metric &&
    disparity !== null &&
    group?.[TOUR_PRIMARY.feature] === TOUR_PRIMARY.group
  );
}

function estimateOf(found: Estimated | null, part: TourPart): Estimated {
  if (!found)
    throw new AppError({
      code: 'internal',
      message: `The tour's audit says nothing of its run ${part}.`,
      hint: 'Open the audit from the list of audits.',
    });
  const { value, low, high, reason } = found;
  return { value, low, high, ...(reason === undefined ? {} : { reason }) };
}
