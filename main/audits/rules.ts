import type { Replicates } from '../fairness/bootstrap.ts';
import { MAX_DEPTH } from '../fairness/intersections.ts';
import { MIN_BASE, MIN_ROWS, MIN_SUBJECTS } from '../fairness/support.ts';
import { SCORE_LEVELS } from '../fairness/scoreLevels.ts';
import type { Assessment } from './assessment.ts';
import { shufflesOf } from './nullRounds.ts';

/** The statistics rules that an audit applied, in words, for its report. */
export function rulesOf(assessment: Assessment, replicates: Replicates, weighted: string): readonly string[] {
  const { options, subjects, models, positive } = assessment;
  const times = (kind: 'count' | 'score'): string =>
    shufflesOf(kind, subjects.of.length, options.draws).toLocaleString('en');
  const scored =
    assessment.metrics.some((metric) => metric.kind === 'score') && times('score') !== times('count');
  const shuffles = scored ? `${times('count')} (metrics of scores: ${times('score')})` : times('count');
  const draws = options.draws.toLocaleString('en');
  return [
    models[0]?.numbers != null
      ? 'The target is a number: metrics of classes are not defined.'
      : positive === null
        ? 'No positive class was chosen: only metrics over all classes are defined.'
        : `The positive class is ${positive}.`,
    ...(models[0]?.weights == null
      ? []
      : [
          `Values are weighted by ${weighted}: sums of weights instead of numbers of rows. Support is judged by rows; intervals resample subjects with their weights.`,
        ]),
    subjects.repeated
      ? `Rows of one subject are not independent: every interval resamples the ${subjects.count.toLocaleString('en')} subjects, not the rows.`
      : models[0]?.weights != null
        ? 'Every row is a subject of its own.'
        : 'Every row is a subject of its own: intervals of rates are Wilson score intervals.',
    `Other intervals are percentile intervals of ${draws} bootstrap draws of whole subjects, seed ${options.seed}, widened for few subjects (Hesterberg 2015); all groups${models.length > 1 ? ' and runs' : ''} see the same draws. Percentile was chosen before looking; BCa intervals (jackknife over subjects, or over 200 blocks of them where there are more) stand beside, and are left out where draws are undefined, all on one side, or the jackknife does not vary.`,
    'Single intervals are at the 95% level and are not adjusted for the number of comparisons. Simultaneous intervals (max-t of the same draws) hold together for all groups against the reference in one metric.',
    `Every p-value stands beside its adjusted one: ${options.primary === null ? 'no primary metric was declared, so that all tests together are adjusted by Benjamini and Hochberg (false discovery rate)' : 'the tests of the declared primary metric by Holm, all others together by Benjamini and Hochberg (false discovery rate)'}.`,
    'Beside insufficient evidence and results that do not exclude "no difference" stands the smallest true difference that data like these show in 4 of 5 samples (two-sided test at 5%); a smaller one may be there unseen.',
    `The largest difference, the smallest ratio and the worst group carry no ordinary interval: beside them stands their range over ${shuffles} shuffles of group membership (whole subjects; within the label for rates conditional on it, within the prediction for precision and its kin), and the share of shuffles at least as extreme (p)${shuffleError(assessment)}.`,
    'Contrasts compare every group with the reference: the declared one, else the largest.',
    ...(models.length > 1
      ? [
          'Differences between runs are paired: both runs are measured on the same draws of the same subjects. They are about these trained models, not about methods.',
          'A run is marked as the best in a metric only where the paired interval of its difference from the runner-up excludes 0; these marks are not adjusted for their number.',
          'Statements about methods are differences of means over seeds with Welch’s t interval and need 5 or more seeds an arm.',
          'Ratio scores of two runs are compared over the ratios that are defined in both.',
          'Where a difference between runs has no interval, p comes from swapping the two runs for random halves of the subjects.',
        ]
      : []),
    `A value needs ${MIN_ROWS} rows, ${MIN_SUBJECTS} subjects and ${MIN_BASE} rows in its denominator (positives for the true positive rate, negatives for the false positive rate); with less it is marked as insufficient evidence.`,
    ...(assessment.metrics.some(({ id }) => id === 'expectedCalibrationError')
      ? [
          'The expected calibration error is larger the fewer rows it is measured on, also of a calibrated model: groups of unequal size differ by that alone.',
        ]
      : []),
    ...levelWords(assessment, replicates),
    'An undefined value is null with its reason; it is never counted as 0.',
    ...(options.intersections && options.features.length > 1
      ? [
          `Intersections of up to ${MAX_DEPTH} features are measured; combinations without rows are not listed.`,
        ]
      : []),
  ];
}

/** How well p is known, where large audits shuffle less often than they draw. */
function shuffleError({ subjects, options, metrics }: Assessment): string {
  const error = (kind: 'count' | 'score'): string =>
    (2 * Math.sqrt((0.05 * 0.95) / shufflesOf(kind, subjects.of.length, options.draws))).toFixed(3);
  if (shufflesOf('count', subjects.of.length, options.draws) === options.draws) return '';
  const scored = metrics.some((metric) => metric.kind === 'score');
  return `; with so few shuffles a p of 0.05 is known to ${error('count')}${scored ? ` (of scores: ${error('score')})` : ''}, twice its standard error`;
}

/** How far putting scores into levels moved values, where draws did so. */
function levelWords({ metrics }: Assessment, replicates: Replicates): readonly string[] {
  const moved = metrics.flatMap((metric) => {
    const error = replicates.levelError(metric);
    return error === null ? [] : [`${metric.title} ${error.toExponential(1)}`];
  });
  return moved.length === 0
    ? []
    : [
        `Draws of metrics of scores put the scores into ${SCORE_LEVELS.toLocaleString('en')} levels of about equally many rows; values themselves are exact. The largest error of a group, by which draws are moved back: ${moved.join(', ')}.`,
      ];
}
