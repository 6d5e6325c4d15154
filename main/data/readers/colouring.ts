import { Rng } from '../../core/rng.ts';

/** What the two parameters of the coloured digits ask for. */
export interface Colouring {
  /** Probability that a training image has the colour that goes with its label. */
  readonly correlation: number;
  /** Share of the second colour. */
  readonly minorityShare: number;
  /** At most so many training images; 0 is all. */
  readonly limit: number;
  readonly seed: number;
}

/** Code of an image that is left out of the training set. */
export const LEFT_OUT = 255;

/** Labels above this go with the second colour. */
export const LABEL_BOUNDARY = 5;

/** Number of images in each cell: `cells[label][colour]`. */
export type Cells = readonly [readonly [number, number], readonly [number, number]];

/**
 * The joint distribution of label Y and colour C in the training images, both 0 or 1, C = Y being the pair that goes together:
 * P(C = 1) = minorityShare and P(C = Y | C = c) = correlation for both colours c. Hence P(C = Y) = correlation, both
 * parameters hold whatever the other is, and .5 makes label and colour independent. The label's own share follows:
 * P(Y = 1) = minorityShare * correlation + (1 - minorityShare) * (1 - correlation); images beyond it are left out.
 * @param total images wanted; the result is rounded to whole images
 */
export function cellsOf(total: number, correlation: number, minorityShare: number): Cells {
  const second = Math.round(total * minorityShare);
  const first = total - second;
  const secondTogether = Math.round(second * correlation);
  const firstTogether = Math.round(first * correlation);
  return [
    [firstTogether, second - secondTogether],
    [first - firstTogether, secondTogether],
  ];
}

/** The largest total (at most `limit` unless 0) whose cells the images of both labels can fill. */
export function largestTotal(available: readonly [number, number], colouring: Colouring): number {
  const { correlation, minorityShare, limit } = colouring;
  const share = minorityShare * correlation + (1 - minorityShare) * (1 - correlation);
  const bounds = [available[0] / (1 - share), available[1] / share, limit > 0 ? limit : Infinity];
  let total = Math.floor(Math.min(...bounds));
  while (total > 0 && !fits(cellsOf(total, correlation, minorityShare), available)) total--;
  return total;
}

function fits(cells: Cells, available: readonly [number, number]): boolean {
  return cells.every((row, label) => row[0] + row[1] <= (available[label] ?? 0));
}

/**
 * Colour of every training image: 0, 1 or LEFT_OUT; which images are left out and which get which colour follows from the seed.
 * @param digits one digit per image
 */
export function colourTraining(digits: Uint8Array, colouring: Colouring): Uint8Array {
  const byLabel: readonly [number[], number[]] = [[], []];
  digits.forEach((digit, index) => byLabel[digit >= LABEL_BOUNDARY ? 1 : 0].push(index));
  const total = largestTotal([byLabel[0].length, byLabel[1].length], colouring);
  const cells = cellsOf(total, colouring.correlation, colouring.minorityShare);
  const colours = new Uint8Array(digits.length).fill(LEFT_OUT);
  const rng = Rng.stream(colouring.seed, 'coloured digits: training');
  for (const label of [0, 1] as const) {
    const order = rng.shuffle(byLabel[label]);
    const [first, second] = cells[label];
    order.slice(0, first).forEach((index) => (colours[index] = 0));
    order.slice(first, first + second).forEach((index) => (colours[index] = 1));
  }
  return colours;
}

/**
 * Colour of every test image: the second colour's share is the same within every digit (to one image), so that colour tells
 * nothing of digit or label. It depends on the share alone: whatever correlation, limit and seed, the test images are the same.
 */
export function colourTest(digits: Uint8Array, minorityShare: number): Uint8Array {
  const byDigit = Array.from({ length: 10 }, (): number[] => []);
  digits.forEach((digit, index) => byDigit[digit]?.push(index));
  const quotas = apportion(
    byDigit.map((indices) => indices.length),
    minorityShare,
  );
  const colours = new Uint8Array(digits.length);
  const rng = Rng.stream(0, 'coloured digits: test');
  byDigit.forEach((indices, digit) => {
    for (const index of rng.shuffle(indices).slice(0, quotas[digit])) colours[index] = 1;
  });
  return colours;
}

/** A share of each count in whole numbers, of which the sum is right too (largest remainders first). */
export function apportion(counts: readonly number[], share: number): number[] {
  const exact = counts.map((count) => count * share);
  const quotas = exact.map(Math.floor);
  const total = Math.round(counts.reduce((sum, count) => sum + count, 0) * share);
  const missing = total - quotas.reduce((sum, quota) => sum + quota, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, missing)) quotas[index] = (quotas[index] ?? 0) + 1;
  return quotas;
}
