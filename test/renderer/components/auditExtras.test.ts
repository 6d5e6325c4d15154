import { describe, expect, it } from 'vitest';
import {
  extraOptions,
  extrasOf,
  NO_EXTRAS,
  thresholdsAddress,
} from '../../../renderer/components/auditExtras.ts';

const FEATURES = [{ name: 'race', values: ['White', 'Black', 'unknown'] }];

describe('extras of an audit', () => {
  it('are left out where nothing was changed', () => {
    expect(extraOptions(NO_EXTRAS, FEATURES, ['a', 'b'], 0.5)).toEqual({});
  });

  it('give every known group a threshold, the common one where it has none of its own', () => {
    const extras = {
      ...NO_EXTRAS,
      control: 'age',
      references: { race: 'White', gone: 'x' },
      thresholdsBy: 'race',
      thresholds: { Black: 0.4 },
      thresholdOn: 'audit',
      baseline: 'b',
    } as const;
    expect(extraOptions(extras, FEATURES, ['a', 'b'], 0.5)).toEqual({
      control: 'age',
      references: { race: 'White' },
      groupThresholds: { feature: 'race', values: { White: 0.5, Black: 0.4 } },
      chosenOn: { threshold: 'audit' },
      baseline: 'b',
    });
    expect(extraOptions(extras, [], ['a'], 0.5)).toEqual({
      control: 'age',
      chosenOn: { threshold: 'audit' },
    });
  });

  it('come back from an address, also with odd names', () => {
    const values = { 'a=b|c': 0.25, 'Ünknown %': 1 };
    expect(extrasOf({ thresholds: thresholdsAddress('skin | tone', values), tuned: 'validation' })).toEqual({
      ...NO_EXTRAS,
      thresholdsBy: 'skin | tone',
      thresholds: values,
      thresholdOn: 'validation',
    });
    expect(extrasOf({})).toEqual(NO_EXTRAS);
    expect(extrasOf({ thresholds: 'race|White=7' })).toEqual(NO_EXTRAS);
  });
});
