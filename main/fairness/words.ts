import { Rng } from '../core/rng.ts';

/**
 * Fills `words` with the next numbers of a random stream, each 0 to 2^32 - 1. The generator is that of core/rng.ts with its state in local
 * numbers: for 10^8 draws a method call each costs more than the number.
 */
export function fillWords(words: Uint32Array, seed: number, stream: string): void {
  const state = Rng.stream(seed, stream).state();
  let [a, b, c, d] = [state[0] | 0, state[1] | 0, state[2] | 0, state[3] | 0];
  for (let i = 0; i < words.length; i++) {
    const five = Math.imul(b, 5);
    words[i] = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
  }
}
