import type {
  Audit,
  AuditedModel,
  Disparity,
  Estimated,
  GroupKey,
  LimitFinding,
  LimitState,
  PolicyLimit,
} from '../../../preload/contract/vocabulary.ts';

/** Every limit on every run of an audit that was made for them. */
export function findingsOf(
  audit: Pick<Audit, 'models'>,
  limits: readonly PolicyLimit[],
): readonly LimitFinding[] {
  return audit.models.flatMap((model) =>
    limits.map((limit): LimitFinding => {
      const values = valuesOf(model, limit).map((one) => judged(one, limit));
      const state =
        values.length === 0 ? 'insufficientEvidence' : worstState(values.map((value) => value.state));
      return { limit, run: model.run ?? '', runName: model.name, state, values };
    }),
  );
}

/** Exceeded before insufficient evidence before met. */
export function worstState(states: readonly LimitState[]): LimitState {
  if (states.includes('exceeded')) return 'exceeded';
  return states.includes('insufficientEvidence') ? 'insufficientEvidence' : 'met';
}

/**
 * Where an interval lies: wholly inside the limit, wholly outside, or neither, which says too little. Its ends belong to the limit; without an
 * interval nothing is said.
 */
export function stateOf(
  { low, high }: Pick<Estimated, 'low' | 'high'>,
  limit: Pick<PolicyLimit, 'low' | 'high'>,
): LimitState {
  if (low === null || high === null) return 'insufficientEvidence';
  const [least, most] = [limit.low ?? -Infinity, limit.high ?? Infinity];
  if (low >= least && high <= most) return 'met';
  return high < least || low > most ? 'exceeded' : 'insufficientEvidence';
}

interface Limited {
  readonly group: GroupKey | null;
  readonly reference: GroupKey | null;
  readonly estimate: Estimated;
}

function judged({ group, reference, estimate }: Limited, limit: PolicyLimit): LimitFinding['values'][number] {
  const { value, low, high, reason } = estimate;
  return { group, reference, value, low, high, state: stateOf(estimate, limit), reason: reason ?? null };
}

/** What a limit is about, in one model. */
function valuesOf(model: AuditedModel, { metric, subject }: PolicyLimit): readonly Limited[] {
  const group = (key: GroupKey | null, metrics: AuditedModel['overall']['metrics']): Limited => ({
    group: key,
    reference: null,
    estimate: metrics[metric] ?? { value: null, low: null, high: null, reason: 'it was not measured' },
  });
  switch (subject.of) {
    case 'overall':
      return [group(null, model.overall.metrics)];
    case 'group':
    case 'everyGroup':
      return model.groups
        .filter(({ group: key }) => isOf(key, subject.feature) && (subject.of === 'everyGroup' || key[subject.feature] === subject.group))
        .map((one) => group(one.group, one.metrics));
    case 'difference':
    case 'ratio':
    case 'everyDifference':
      return contrasts(model, metric, subject.of === 'ratio' ? 'ratio' : 'difference', subject.feature)
        .filter(
          ({ group: key, reference }) =>
            subject.of === 'everyDifference' ||
            (key?.[subject.feature] === subject.group && reference?.[subject.feature] === subject.reference),
        )
        .map((one) => ({
          group: one.group ?? null,
          reference: one.reference ?? null,
          // Of all groups at once the intervals that hold together count.
          estimate: subject.of === 'everyDifference' ? together(one) : one,
        }));
  }
} // prettier-ignore

function contrasts(
  { disparities }: AuditedModel,
  metric: string,
  kind: Disparity['kind'],
  feature: string,
): readonly Disparity[] {
  const found = disparities.filter(
    (one) => one.relativeTo === 'reference' && one.metric === metric && one.kind === kind && isOf(one.group ?? {}, feature), // prettier-ignore
  );
  // Several named disparities may be of the same metric: they are the same contrast.
  return [...new Map(found.map((one) => [one.group?.[feature], one])).values()];
}

function together({ value, low, high, reason, simultaneous }: Disparity): Estimated {
  if (simultaneous) return { value, low: simultaneous[0], high: simultaneous[1] };
  const why = low === null || high === null ? (reason ?? 'no interval') : 'no interval that holds for all groups together'; // prettier-ignore
  return { value, low: null, high: null, reason: why };
}

function isOf(group: GroupKey, feature: string): boolean {
  const [only, ...others] = Object.keys(group);
  return only === feature && others.length === 0;
}
