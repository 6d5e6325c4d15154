import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../main/data/filePattern.ts';

const fits: readonly (readonly [string, string, Record<string, string> | null])[] = [
  ['{age}_{gender}_{race}_*', '25_0_3_2017.jpg', { age: '25', gender: '0', race: '3' }],
  ['{age}_{gender}_{race}_*', 'deep/er/25_0_3_2017.jpg', { age: '25', gender: '0', race: '3' }],
  ['{age}_{gender}_{race}_*', '39_1_2017.jpg', null],
  ['{age}_{gender}_{race}_*', '__3_2017.jpg', null],
  ['{race}/{id}', 'a/black/007.png', { race: 'black', id: '007' }],
  ['{race}/{id}', '007.png', null],
  ['*-{side}.png', 'x-left.png', { side: 'left' }],
  ['*-{side}.png', 'x-left.jpg', null],
  ['{name}', 'Zoë.webp', { name: 'Zoë' }],
  ['img{n}', 'img.png', null],
];

describe('filename patterns', () => {
  it.each(fits)('%s on %s', (pattern, path, expected) => {
    const values = compilePattern(pattern).match(path);
    expect(values === null ? null : Object.fromEntries(values)).toEqual(expected);
  });

  it.each([
    ['abc', 'The filename pattern abc has no field.'],
    ['{a}{b}', 'The filename pattern {a}{b} has two parts with nothing between them.'],
    ['{a}*', 'The filename pattern {a}* has two parts with nothing between them.'],
    ['{a}_{a}', 'The filename pattern {a}_{a} names a twice.'],
    ['{}_x', 'The filename pattern {}_x has a brace without a name.'],
    ['{a', 'The filename pattern {a has a brace without a name.'],
  ])('refuses %s', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });

  it('finds again what was put together', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const pattern = words.map((_, i) => `{f${i}}`).join('_');
        const values = compilePattern(pattern).match(`${words.join('_')}.png`);
        expect([...(values?.values() ?? [])]).toEqual(words);
      }),
    );
  });

  it('takes one pass over long names that do not fit', () => {
    const pattern = compilePattern('{a}_{b}_{c}_{d}_{e}_{f}_{g}_{h}!');
    expect(pattern.match('_'.repeat(100_000))).toBeNull();
  });
});
