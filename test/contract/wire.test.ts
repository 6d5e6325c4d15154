import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../preload/contract/errors.ts';
import { decodeWire, encodeWire } from '../../preload/contract/wire.ts';

const roundTrip = (value: unknown): unknown => decodeWire(encodeWire(value));

describe('wire', () => {
  it('keeps plain data', () => {
    const value = { a: [1, 'two', null, true, { b: -0.5 }], empty: {}, list: [] };
    expect(roundTrip(value)).toEqual(value);
  });

  it.each([
    new Uint8Array([0, 1, 255]),
    new Int8Array([-128, 127]),
    new Uint16Array([1, 65535]),
    new Int16Array([-1, 300]),
    new Uint32Array([4294967295]),
    new Int32Array([-2147483648]),
    new Float32Array([1.5, -0, NaN]),
    new Float64Array([Math.PI, Infinity, NaN]),
    new Uint8Array(0),
  ])('keeps %s with its type', (array) => {
    const back = roundTrip({ array }) as { array: unknown };
    expect(back.array).toBeInstanceOf(array.constructor);
    expect(back.array).toEqual(array);
  });

  it('sends only the part of the buffer that a view shows', () => {
    const part = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
    expect(roundTrip(part)).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('keeps Node buffers as bytes', () => {
    expect(roundTrip(Buffer.from('abc'))).toEqual(new Uint8Array([97, 98, 99]));
  });

  it('keeps numbers that JSON has no word for', () => {
    expect(roundTrip([NaN, Infinity, -Infinity])).toEqual([NaN, Infinity, -Infinity]);
  });

  it('keeps data that looks like a tag', () => {
    const tricky = { $wire: 'Float64Array', base64: 'AAAA', inner: { $wire: { $wire: 'NaN' } } };
    expect(roundTrip(tricky)).toEqual(tricky);
  });

  it('agrees with the platform on base64 for every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(JSON.parse(encodeWire(bytes))).toEqual({
          $wire: 'Uint8Array',
          base64: Buffer.from(bytes).toString('base64'),
        });
        expect(roundTrip(bytes)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('keeps any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(roundTrip(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['nonsense', 'Malformed message: the text is not JSON.'],
    ['{"$wire":"Map"}', 'Malformed message: $wire is "Map", which is not a known tag with its content.'],
    [
      '{"$wire":"toString"}',
      'Malformed message: $wire is "toString", which is not a known tag with its content.',
    ],
    [
      '{"$wire":"object","value":3}',
      'Malformed message: $wire is "object", which is not a known tag with its content.',
    ],
    [
      '{"$wire":"Float64Array"}',
      'Malformed message: $wire is "Float64Array", which is not a known tag with its content.',
    ],
    [
      '{"$wire":"Float64Array","base64":"AAAA"}',
      'Malformed message: a Float64Array of 3 bytes is not whole.',
    ],
    ['{"$wire":"Uint8Array","base64":"AAA"}', 'Malformed message: the base64 text is cut off.'],
    [
      '{"$wire":"Uint8Array","base64":"AA-A"}',
      'Malformed message: the base64 text holds a foreign character.',
    ],
    [
      '{"$wire":"Uint8Array","base64":"AA=A"}',
      'Malformed message: the base64 text holds a foreign character.',
    ],
  ])('refuses %s', (text, message) => {
    const refusal = (): unknown => decodeWire(text);
    expect(refusal).toThrow(AppError);
    expect(refusal).toThrow(message);
  });
});
