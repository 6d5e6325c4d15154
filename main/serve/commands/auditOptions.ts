import { Option, type Command } from 'commander';
import type { CallInput } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES, type SplitRole } from '../../../preload/contract/vocabulary.ts';
import { collected, listOf, numberOf, wholeOf } from './options.ts';

/** What an audit measures, as flags. */
export interface MeasureFlags {
  readonly features?: readonly string[];
  readonly intersections?: boolean;
  readonly metrics?: readonly string[];
  readonly primary?: string;
  readonly primaryFeature?: string;
  readonly group?: string;
  readonly reference?: string;
  readonly split?: SplitRole;
  readonly threshold?: number;
  readonly groupThreshold: readonly string[];
  readonly thresholdChosenOn?: SplitRole;
  readonly checkpointChosenOn?: SplitRole;
  readonly referenceGroup: readonly string[];
  readonly control?: string;
  readonly positive?: string;
  readonly draws?: number;
  readonly seed?: number;
}

type OptionsInput = CallInput<'audits.create'>['options'];

/** Adds the flags that say what an audit measures. */
export function addMeasureOptions(command: Command): Command {
  const chosen = (what: string): Option =>
    new Option(`--${what}-chosen-on <role>`, `split on which the ${what} was chosen`).choices([
      ...SPLIT_ROLES,
    ]);
  return command
    .option('--features <names>', 'sensitive features, with commas between them', listOf)
    .option('--intersections', 'also every combination of the features')
    .option('--metrics <ids>', 'metrics, with commas between them; the usual ones if left out', listOf)
    .option('--primary <metric>', 'the metric declared first: its disparity is the answer')
    .option('--primary-feature <name>', 'feature of the declared disparity; the first if left out')
    .option('--group <value>', 'group of the declared disparity; with --reference')
    .option('--reference <value>', 'group that it is compared with')
    .option(
      '--reference-group <feature=value>',
      'group that all others of a feature are compared with; may be repeated; the largest if left out',
      collected,
      [],
    )
    .option('--control <feature>', 'feature within whose values groups are compared too (conditional parity)')
    .addOption(new Option('--split <role>', 'split of the data set').choices([...SPLIT_ROLES]))
    .option('--threshold <t>', 'score from which the positive class is predicted', numberOf)
    .option(
      '--group-threshold <feature=value:t>',
      'threshold of one group; may be repeated, for groups of one feature',
      collected,
      [],
    )
    .addOption(chosen('threshold'))
    .addOption(chosen('checkpoint'))
    .option('--positive <value>', 'the positive class')
    .option('--draws <n>', 'bootstrap draws', wholeOf)
    .option('--seed <n>', 'seed of the bootstrap', wholeOf);
}

/**
 * Flags as the options of an audit; what was not given is left out, so that its default is the contract's.
 * @throws AppError usage where flags do not go together
 */
export function optionsOf(flags: MeasureFlags): OptionsInput {
  const {
    features = [],
    intersections = false,
    metrics,
    split,
    threshold,
    positive,
    draws,
    seed,
    control,
  } = flags;
  const references = flags.referenceGroup.map(groupOf);
  const thresholds = thresholdsOf(flags.groupThreshold);
  const chosenOn = {
    ...(flags.thresholdChosenOn === undefined ? {} : { threshold: flags.thresholdChosenOn }),
    ...(flags.checkpointChosenOn === undefined ? {} : { checkpoint: flags.checkpointChosenOn }),
  };
  return {
    features: [...features],
    intersections,
    primary: primaryOf(flags, features),
    ...(metrics === undefined ? {} : { metrics: [...metrics] }),
    ...(split === undefined ? {} : { split }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(positive === undefined ? {} : { positive }),
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
    ...(control === undefined ? {} : { control }),
    ...(references.length === 0 ? {} : { references: Object.fromEntries(references) }),
    ...(thresholds === null ? {} : { groupThresholds: thresholds }),
    ...(Object.keys(chosenOn).length === 0 ? {} : { chosenOn }),
  };
}

/** `race=White` as a pair; the value may hold more equals signs. */
function groupOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at + 1 < text.length) return [text.slice(0, at), text.slice(at + 1)];
  throw usage(`${JSON.stringify(text)} is not feature=value.`, 'Write for example race=White.');
}

function thresholdsOf(texts: readonly string[]): (OptionsInput['groupThresholds'] & object) | null {
  const parsed = texts.map((text) => {
    const at = text.lastIndexOf(':');
    const [feature, value] = groupOf(at < 0 ? text : text.slice(0, at));
    return { feature, value, threshold: shareOf(text, at < 0 ? '' : text.slice(at + 1)) };
  });
  const [feature, another] = new Set(parsed.map((one) => one.feature));
  if (feature === undefined) return null;
  if (another !== undefined)
    throw usage(
      `Thresholds are given by group of ${feature} and of ${another}.`,
      'Give them for groups of one feature.',
    );
  return { feature, values: Object.fromEntries(parsed.map((one) => [one.value, one.threshold])) };
}

function shareOf(text: string, number: string): number {
  const value = Number(number);
  if (number.trim() !== '' && value >= 0 && value <= 1) return value;
  throw usage(
    `${JSON.stringify(text)} does not end with a threshold from 0 to 1.`,
    'Write for example race=White:0.4.',
  );
}

function primaryOf(flags: MeasureFlags, features: readonly string[]): OptionsInput['primary'] {
  const { primary, primaryFeature } = flags;
  const group: string | null = flags.group ?? null;
  const reference: string | null = flags.reference ?? null;
  if (primary === undefined) {
    if (primaryFeature === undefined && group === null && reference === null) return null;
    throw usage(
      '--primary-feature, --group and --reference belong to --primary <metric>.',
      'Name the metric that is declared.',
    );
  }
  if ((group === null) !== (reference === null))
    throw usage('--group and --reference go together.', 'Name both, or neither to compare all groups.');
  return { metric: primary, feature: primaryFeature ?? features[0] ?? '', group, reference };
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
