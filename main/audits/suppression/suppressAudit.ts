import type {
  Audit,
  AuditedModel,
  AuditGroup,
  Estimated,
  GroupKey,
} from '../../../preload/contract/vocabulary.ts';
import { groupName } from '../../fairness/groups.ts';
import { keyOf } from './relations.ts';
import type { Shown } from './release.ts';

/** Metrics of whole distributions: no count of people follows from them. */
const OF_SCORES: ReadonlySet<string> = new Set([
  'auroc', 'areaUnderPrecisionRecall', 'brier', 'logLoss', 'expectedCalibrationError', 'expectedCalibrationErrorEqualMass', 'calibrationSlope',
  'bnspAuc', 'bpsnAuc', 'meanAbsoluteError', 'rootMeanSquaredError', 'meanResidual',
]); // prettier-ignore

/**
 * An audit without what must not be shown, for every format alike: hidden groups are gone, rates of others are undefined with their
 * reason, and so is every number that is made of them.
 */
export function suppressAudit(audit: Audit, { hidden, rateless, release }: Shown): Audit {
  if (rateless.size === 0) return audit;
  const { least } = release;
  const withheld = `not shown: it would tell of fewer than ${least} people or rows`;
  const shows = showsOf(audit, rateless);
  const models = audit.models.map((model) => suppressedModel(audit, model, { hidden, rateless, withheld, ...shows }));
  const { bests, seedComparisons, ratioComparisons } = audit;
  return {
    ...audit,
    models,
    suppressed: { least, groups: suppressedGroups(audit, { hidden, rateless }) },
    differences: audit.differences.filter((one) =>
      one.disparity === null || one.features.length === 0 ? shows.group(one.group ?? {}) : shows.contrast(one.features, one.group),
    ),
    ...(bests === undefined ? {} : { bests: bests.filter((one) => shows.group(one.group ?? {})) }),
    ...(seedComparisons === undefined
      ? {}
      : { seedComparisons: seedComparisons.filter(({ disparity, features }) => (disparity === null ? shows.group({}) : shows.grouping(features))) }),
    ...(ratioComparisons === undefined ? {} : { ratioComparisons: ratioComparisons.filter(({ features }) => shows.grouping(features)) }),
    notes: [...notesWithout(audit, hidden), ...saidOf(audit, { hidden, rateless, release })],
  };
} // prettier-ignore

/** Every group of which something is not shown, for programs that read exports. */
function suppressedGroups(
  { models }: Audit,
  { hidden, rateless }: Pick<Shown, 'hidden' | 'rateless'>,
): NonNullable<Audit['suppressed']>['groups'] {
  const all = models[0] === undefined ? [] : [models[0].overall, ...models[0].groups];
  return all
    .map(({ group }) => group)
    .filter((group) => rateless.has(keyOf(group)))
    .map((group) => ({ group, what: hidden.has(keyOf(group)) ? 'all' : 'rates' }));
}

/** What of an audit was left out, in sentences. */
export function saidOf(audit: Audit, { hidden, rateless, release: { least } }: Shown): readonly string[] {
  const all = audit.models[0] === undefined ? [] : [audit.models[0].overall, ...audit.models[0].groups];
  const named = (keys: ReadonlySet<string>): readonly string[] =>
    all.filter(({ group }) => keys.has(keyOf(group))).map(({ group }) => groupName(group));
  const gone = named(hidden);
  const sized = named(new Set([...rateless].filter((key) => !hidden.has(key))));
  const rule = `Counts below ${least} are not shown, nor others from which they would follow`;
  return [
    ...(gone.length === 0 ? [] : [`${rule}. Left out: ${gone.join('; ')}.`]),
    ...(sized.length === 0 ? [] : [`${gone.length === 0 ? rule : 'For the same reason'}${gone.length === 0 ? '. Sizes' : ', sizes'} without rates: ${sized.join('; ')}.`]),
  ];
} // prettier-ignore

interface Shows {
  /** Whether the rates of a group are shown. */
  readonly group: (group: GroupKey) => boolean;
  /** Whether the rates of every group of a grouping are shown. */
  readonly grouping: (features: readonly string[]) => boolean;
  /** Whether a number made of groups of a grouping is: of all, or of one beside the declared reference. */
  readonly contrast: (features: readonly string[], group: GroupKey | null) => boolean;
}

function showsOf(audit: Audit, rateless: ReadonlySet<string>): Shows {
  const group = (one: GroupKey): boolean => !rateless.has(keyOf(one));
  const grouping = (features: readonly string[]): boolean =>
    features.length === 0 ? group({}) : audit.models.every(({ groups }) => groups.filter((one) => isOf(one, features)).every((one) => group(one.group)));
  const { primary } = audit;
  const contrast: Shows['contrast'] = (features, one) => {
    if (grouping(features)) return true;
    if (one === null || primary === null || primary.reference === null || features.join() !== primary.feature) return false;
    return group(one) && group({ [primary.feature]: primary.reference });
  };
  return { group, grouping, contrast };
} // prettier-ignore

function isOf({ group }: AuditGroup, features: readonly string[]): boolean {
  const own = Object.keys(group);
  return own.length === features.length && features.every((feature) => own.includes(feature));
}

interface Rules extends Shows {
  readonly hidden: ReadonlySet<string>;
  readonly rateless: ReadonlySet<string>;
  readonly withheld: string;
}

function suppressedModel(audit: Audit, model: AuditedModel, rules: Rules): AuditedModel {
  const { grouping, group: shown, contrast, withheld } = rules;
  const { impact, parityDeviations, conditional } = model;
  const { primary } = audit;
  const asked: GroupKey | null =
    primary === null || primary.group === null ? null : { [primary.feature]: primary.group };
  const answered = primary === null || contrast([primary.feature], asked);
  return {
    ...model,
    overall: suppressedGroup(model.overall, rules),
    groups: model.groups
      .filter(({ group }) => !rules.hidden.has(keyOf(group)))
      .map((group) => suppressedGroup(group, rules)),
    disparities: model.disparities.filter(({ features, relativeTo, group, reference }) =>
      relativeTo === 'reference' && group && reference ? shown(group) && shown(reference) : grouping(features) && (relativeTo !== 'overall' || shown({})),
    ),
    primary: answered || model.primary === null ? model.primary : without(withheld),
    ...(impact === undefined ? {} : { impact: impact.filter(({ features }) => grouping(features)) }),
    ...(parityDeviations === undefined
      ? {}
      : { parityDeviations: parityDeviations.filter(({ features }) => grouping(features)) }),
    ...(conditional === undefined
      ? {}
      : { conditional: conditional.filter(({ features, control }) => grouping(features) && isKnown(audit, [...features, control]) && grouping([...features, control])) }),
  };
} // prettier-ignore

/** Whether an audit has groups of these features, by which strata can be judged. */
function isKnown({ models }: Audit, features: readonly string[]): boolean {
  return models[0]?.groups.some((group) => isOf(group, features)) ?? false;
}

function suppressedGroup(group: AuditGroup, { rateless, withheld }: Rules): AuditGroup {
  if (!rateless.has(keyOf(group.group))) return group;
  const metrics = Object.entries(group.metrics).map(([id, estimate]) => [
    id,
    OF_SCORES.has(id) ? estimate : without(withheld),
  ]);
  return { ...group, metrics: Object.fromEntries(metrics) as AuditGroup['metrics'] };
}

function without(reason: string): Estimated {
  return { value: null, low: null, high: null, reason };
}

/** Notes name groups with their sizes and rates: those that name a hidden one go. */
function notesWithout({ models, notes }: Audit, hidden: ReadonlySet<string>): readonly string[] {
  const names = (models[0]?.groups ?? []).filter(({ group }) => hidden.has(keyOf(group))).map(({ group }) => groupName(group)); // prettier-ignore
  const tells = (note: string): boolean =>
    names.some((name) => note.includes(`${name} (n `) || note.includes(`(${name})`));
  return notes.filter((note) => !tells(note));
}
