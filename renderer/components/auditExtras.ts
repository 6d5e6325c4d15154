import type { AuditOptions, RunId, SplitRole } from '../../preload/contract/vocabulary.ts';

/** Settings of an audit that most leave as they are. */
export interface AuditExtras {
  /** Feature within whose values groups are compared too; empty: none. */
  readonly control: string;
  /** Reference group by feature; features without one take the largest. */
  readonly references: Readonly<Record<string, string>>;
  /** Feature whose groups have thresholds of their own; empty: none. */
  readonly thresholdsBy: string;
  readonly thresholds: Readonly<Record<string, number>>;
  /** Split on which the threshold was chosen; empty: chosen without data. */
  readonly thresholdOn: SplitRole | '';
  /** Run that the others are compared with; empty: the first. */
  readonly baseline: RunId;
}

export const NO_EXTRAS: AuditExtras = {
  control: '',
  references: {},
  thresholdsBy: '',
  thresholds: {},
  thresholdOn: '',
  baseline: '',
};

type ExtraOptions = Pick<
  AuditOptions,
  'control' | 'references' | 'groupThresholds' | 'chosenOn' | 'baseline'
>;

/**
 * The extras as an audit takes them; what was left as it is is left out, and what names a feature or run that is no longer chosen too.
 * @param threshold what groups without a threshold of their own have
 */
export function extraOptions(
  extras: AuditExtras,
  features: readonly { readonly name: string; readonly values: readonly string[] }[],
  runs: readonly RunId[],
  threshold: number,
): ExtraOptions {
  const known = (name: string): boolean => features.some((feature) => feature.name === name);
  const references = Object.fromEntries(
    Object.entries(extras.references).filter(([name, value]) => value !== '' && known(name)),
  );
  const by = features.find((feature) => feature.name === extras.thresholdsBy);
  const values = by
    ? Object.fromEntries(
        by.values
          .filter((value) => value !== 'unknown')
          .map((value) => [value, extras.thresholds[value] ?? threshold]),
      )
    : {};
  return {
    ...(extras.control === '' ? {} : { control: extras.control }),
    ...(Object.keys(references).length === 0 ? {} : { references }),
    ...(by ? { groupThresholds: { feature: by.name, values } } : {}),
    ...(extras.thresholdOn === '' ? {} : { chosenOn: { threshold: extras.thresholdOn } }),
    ...(extras.baseline === '' || !runs.includes(extras.baseline) ? {} : { baseline: extras.baseline }),
  };
}

/** Thresholds by group as an address holds them: `race|White=.45|Black=.5`. */
export function thresholdsAddress(feature: string, values: Readonly<Record<string, number>>): string {
  return [feature, ...Object.entries(values).map(([value, threshold]) => `${value}=${threshold}`)]
    .map(encodeURIComponent)
    .join('|');
}

/** The extras that an address holds: thresholds by group that the explorer chose, and on which split. */
export function extrasOf(query: Readonly<Record<string, string>>): AuditExtras {
  const [thresholdsBy = '', ...pairs] = (query['thresholds'] ?? '').split('|').map(decodeURIComponent);
  const entries = pairs.flatMap((pair) => {
    const at = pair.lastIndexOf('=');
    const threshold = Number(pair.slice(at + 1));
    return at > 0 && threshold >= 0 && threshold <= 1 ? [[pair.slice(0, at), threshold] as const] : [];
  });
  return entries.length === 0
    ? NO_EXTRAS
    : {
        ...NO_EXTRAS,
        thresholdsBy,
        thresholds: Object.fromEntries(entries),
        thresholdOn: query['tuned'] === 'audit' ? 'audit' : 'validation',
      };
}
