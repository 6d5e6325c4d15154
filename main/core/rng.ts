/** State of a generator as plain data: four unsigned 32-bit words. Saved in checkpoints. */
export type RngState = readonly [number, number, number, number];

/**
 * Seeded random numbers with named sub-streams: the same seed and name give the same numbers on every machine.
 * Generator: xoshiro128** 1.1 (Blackman & Vigna, public domain), seeded through splitmix32 over an FNV-1a hash of the name.
 */
export class Rng {
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;

  private constructor(state: RngState) {
    [this.s0, this.s1, this.s2, this.s3] = state;
  }

  /** The stream called `name` of a seed; streams of different names are independent. */
  static stream(seed: number, name: string): Rng {
    let mix = (fnv1a(name) ^ Math.imul(seed | 0, 0x9e3779b1)) >>> 0;
    const next = (): number => {
      mix = (mix + 0x9e3779b9) >>> 0;
      let z = mix;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    return new Rng([next(), next(), next(), next() | 1]);
  }

  /** Goes on exactly where `state()` was taken. */
  static fromState(state: RngState): Rng {
    return new Rng(state);
  }

  state(): RngState {
    return [this.s0, this.s1, this.s2, this.s3];
  }

  /** A whole number in 0..2^32-1. */
  uint32(): number {
    const result = Math.imul(rotl(Math.imul(this.s1, 5), 7), 9) >>> 0;
    const t = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= t;
    this.s3 = rotl(this.s3, 11);
    return result;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** Uniform whole number in 0..n-1 without bias. */
  below(n: number): number {
    const limit = 4294967296 - (4294967296 % n);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % n;
  }

  /** Standard normal (Box and Muller, first of the pair only, so that the state alone tells the future). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles in place (Fisher-Yates) and returns its argument. */
  shuffle<T extends Uint32Array | Int32Array | unknown[]>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = values[i];
      values[i] = values[j] as never;
      values[j] = kept as never;
    }
    return values;
  }

  /** 0..n-1 in random order. */
  permutation(n: number): Uint32Array {
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
