import { describe, expect, it } from 'vitest';
import { columnOf, columnsUsed, guessUses, missingUse, withUse } from '../../../renderer/lib/predictionColumns.ts';

const named = (...names: string[]) => names.map((name) => ({ name, share: true }));

describe('columns of a table of predictions', () => {
  it.each<[string, string]>([
    ['label', 'truth'], ['y_true', 'truth'], ['y', 'truth'], ['y_pred', 'prediction'], ['predicted_class', 'prediction'], ['y_hat', 'prediction'],
    ['score', 'score'], ['prob_positive', 'score'], ['subject_id', 'subject'], ['patient', 'subject'], ['sample_weight', 'weight'], ['race', 'feature'], ['age_group', 'feature'], ['sensitive_colour', 'feature'],
    ['row', ''], ['site', ''], ['personality', ''],
  ])('guesses what %s is used as', (name, use) => {
    expect(guessUses(named(name))[name]).toBe(use);
  });

  it('guesses a single use once, and a score only where the values are shares', () => {
    expect(guessUses(named('label', 'target', 'gender', 'sex'))).toEqual({ label: 'truth', target: '', gender: 'feature', sex: 'feature' });
    expect(guessUses([{ name: 'score', share: false }])).toEqual({ score: '' });
  });

  it('takes a single use from whoever had it, and leaves features alone', () => {
    const uses = { a: 'truth', b: 'feature', c: '' } as const;
    expect(withUse(uses, 'c', 'truth')).toEqual({ a: '', b: 'feature', c: 'truth' });
    expect(columnsUsed(withUse(uses, 'c', 'feature'), 'feature')).toEqual(['b', 'c']);
  });

  it('says what is missing, one thing at a time', () => {
    expect(missingUse({ a: '' })).toMatch(/truth/);
    expect(missingUse({ a: 'truth' })).toMatch(/prediction, or a score/);
    expect(missingUse({ a: 'truth', b: 'score' })).toMatch(/sensitive features/);
    expect(missingUse({ a: 'truth', b: 'prediction', c: 'feature' })).toBeNull();
  });

  it('finds the column that a refusal speaks of, also with quotes in its name', () => {
    expect(columnOf('p.csv, line 3: column "score" is "high".', ['score'])).toBe('score');
    expect(columnOf('Column "a \\"b\\"" holds one class only.', ['a', 'a "b"'])).toBe('a "b"');
    expect(columnOf('p.csv has no column "gone".', ['score'])).toBeNull();
    expect(columnOf('p.csv has a header but no rows.', ['score'])).toBeNull();
  });
});
