import { describe, expect, it } from 'vitest';
import { crowsPreference, nameSwapGap, type SentencePair } from '../../main/fairness/maskedLanguage.ts';

const pair = (stereotypical: number, other: number): SentencePair => ({
  stereotypical,
  other,
  kind: 'gender',
});
const learnt = { perplexity: 80, unigram: 400 };

describe('the preference for stereotypical sentences', () => {
  it('is the share of pairs that are told apart, with Wilson’s interval; ties count for neither', () => {
    const pairs = [
      ...Array.from({ length: 60 }, () => pair(-9, -10)),
      ...Array.from({ length: 40 }, () => pair(-10, -9)),
      pair(-8, -8),
    ];
    // Wilson’s formula with z = 1.959963984540054, computed in Python.
    expect(crowsPreference(pairs, learnt)).toEqual({
      ...{ n: 100, ties: 1, share: 0.6, reason: null },
      low: expect.closeTo(0.5020025867910618, 9) as number,
      high: expect.closeTo(0.6905987135675411, 9) as number,
    });
  });

  it('says nothing of a model that has not learnt the language, and nothing without pairs', () => {
    const nothing = { share: null, low: null, high: null };
    expect(crowsPreference([pair(-1, -2)], { perplexity: 400, unigram: 400 })).toEqual({
      ...{ n: 1, ties: 0, ...nothing },
      reason: 'the model predicts held-out text no better than word frequencies do',
    });
    expect(crowsPreference([pair(-1, -2)], { perplexity: NaN, unigram: 400 }).share).toBeNull();
    expect(crowsPreference([pair(-1, -1)], learnt)).toEqual({
      n: 0,
      ties: 1,
      ...nothing,
      reason: 'no pair was told apart',
    });
  });
});

describe('the gap when names are swapped', () => {
  const swaps = Array.from({ length: 120 }, (_, at) => ({
    first: 0.6 + 0.05 * Math.sin(at >> 2),
    second: 0.5,
    template: at >> 2,
  }));

  it('is the mean difference, its interval over whole templates, and the mean absolute difference', () => {
    const { n, templates, gap, low, high, absolute } = nameSwapGap(swaps, 400, 0);
    expect([n, templates]).toEqual([120, 30]);
    expect(gap).toBeCloseTo(0.1, 2);
    expect(absolute).toBeCloseTo(gap ?? NaN, 12);
    expect(low).toBeLessThan(gap ?? NaN);
    expect(high).toBeGreaterThan(gap ?? NaN);
    // Four sentences of one template are one: with each on its own the interval would be half as wide.
    const alone = nameSwapGap(
      swaps.map((swap, template) => ({ ...swap, template })),
      400,
      0,
    );
    expect((high ?? 0) - (low ?? 0)).toBeGreaterThan(1.6 * ((alone.high ?? 0) - (alone.low ?? 0)));
  });

  it('shows in the absolute difference what cancels out in the mean', () => {
    const both = swaps.flatMap((swap) => [swap, { ...swap, first: swap.second, second: swap.first }]);
    expect(nameSwapGap(both, 200, 0)).toMatchObject({
      gap: expect.closeTo(0, 12) as number,
      absolute: expect.closeTo(0.1, 2) as number,
    });
  });

  it('has no interval over fewer than 20 templates, and no value without sentences', () => {
    expect(nameSwapGap(swaps.slice(0, 40), 200, 0)).toMatchObject({ templates: 10, low: null, high: null });
    expect(nameSwapGap([], 200, 0)).toEqual({
      n: 0,
      templates: 0,
      gap: null,
      low: null,
      high: null,
      absolute: null,
    });
  });
});
