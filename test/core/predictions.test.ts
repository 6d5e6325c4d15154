import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePredictions, parsePredictions } from '../../main/core/predictions.ts';

const header = { n: 3, target: 'high', classes: ['low', 'hïgh'], split: 'audit' };
const columns = {
  indices: Uint32Array.of(4, 70_000, 9),
  truth: Int16Array.of(0, 1, 1),
  predicted: Int16Array.of(1, 1, 0),
  scores: Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0),
};

test('a predictions file comes back as it was written', () => {
  expect(parsePredictions(encodePredictions(header, columns))).toEqual({ ...header, ...columns });
});

test('columns survive any header length, whatever its alignment', () => {
  fc.assert(
    fc.property(fc.string(), (target) => {
      const bytes = encodePredictions({ ...header, target }, columns);
      expect(parsePredictions(bytes)).toEqual({ ...header, target, ...columns });
    }),
  );
});

test('a file inside a larger buffer is read at its place', () => {
  const bytes = encodePredictions(header, columns);
  const larger = new Uint8Array(bytes.length + 7);
  larger.set(bytes, 5);
  expect(parsePredictions(larger.subarray(5, 5 + bytes.length)).indices).toEqual(columns.indices);
  expect(parsePredictions(Buffer.from(larger.buffer, 5, bytes.length)).indices).toEqual(columns.indices);
});

test.each([
  ['no header', Uint8Array.of(1, 2, 3), 'The predictions file has no header line.'],
  ['not JSON', new TextEncoder().encode('{n\n'), 'The predictions file has a header that is not JSON.'],
  [
    'no count',
    new TextEncoder().encode('{"n":-1}\n'),
    'The predictions file has a header without a count n.',
  ],
  [
    'no classes',
    new TextEncoder().encode('{"n":1,"target":"t","split":"s","classes":[1]}\n'),
    'The predictions file has a header without a list of classes.',
  ],
  [
    'truncated',
    encodePredictions(header, columns).slice(0, -4),
    'The predictions file holds 44 bytes after its header, but 3 rows of 2 classes take 48.',
  ],
  [
    'code outside the classes',
    encodePredictions(header, { ...columns, predicted: Int16Array.of(1, 2, 0) }),
    'The predictions file has the prediction code 2 in row 1, but only 2 classes.',
  ],
])('%s is refused with a sentence', (_name, bytes, message) => {
  expect(() => parsePredictions(bytes)).toThrow(message);
});

test('columns that do not fit the header are refused', () => {
  expect(() => encodePredictions({ ...header, n: 2 }, columns)).toThrow(
    'The predictions of high have columns of 3, 3, 3, 6 values, but 2, 2, 2, 4 are expected.',
  );
});
