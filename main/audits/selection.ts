import type { AuditOptions, Digest } from '../../preload/contract/vocabulary.ts';

/** Says what was selected on the rows that are audited; nothing where nothing was. */
export function selectionWords(selected: readonly string[]): readonly string[] {
  return selected.length === 0
    ? []
    : [
        `The ${selected.join(' and the ')} ${selected.length === 1 ? 'was' : 'were'} selected on audit data: results are better than on new data.`,
      ];
}

/** Rows that were audited before, and with which thresholds. */
export interface EarlierLook {
  readonly digest: Digest;
  readonly thresholds: string;
}

/** The thresholds of an audit as one text: equal texts are equal thresholds. */
export function thresholdsOf({ threshold, groupThresholds }: AuditOptions): string {
  if (groupThresholds == null) return JSON.stringify([threshold]);
  const { feature, values } = groupThresholds;
  return JSON.stringify([threshold, feature, Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
