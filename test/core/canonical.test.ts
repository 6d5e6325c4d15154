import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, digestOfValue } from '../../main/core/canonical.ts';

describe('canonical form', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ y: 1, x: null }], a: 'é' })).toBe('{"a":"é","b":[{"x":null,"y":1}]}');
    expect(digestOfValue({ a: 1, b: { c: 2, d: 3 } })).toBe(digestOfValue({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('leaves out undefined entries and reads back as the same value', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('digests as SHA-256 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(digestOf(text)).toBe(createHash('sha256').update(text).digest('hex'));
      }),
    );
  });
});
