import type { Rng } from '../../../main/core/rng.ts';

/** Flips, removes, repeats or overwrites a few bytes. */
export function mutated(bytes: Uint8Array, rng: Rng): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let change = rng.below(4); change >= 0; change--) result = changed(result, rng);
  return result;
}

function changed(bytes: Uint8Array, rng: Rng): Uint8Array {
  const at = rng.below(bytes.length + 1);
  const length = rng.below(12);
  const kind = rng.below(4);
  if (kind === 1) return joined(bytes.subarray(0, at), bytes.subarray(at + length));
  if (kind === 2) return joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - length)));
  const result = bytes.slice();
  if (kind === 0 && at < result.length) result[at] = rng.below(256);
  if (kind === 3)
    for (let i = at; i < Math.min(at + length, result.length); i++) result[i] = rng.below(2) ? 255 : 0;
  return result;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
