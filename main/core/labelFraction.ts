import { Rng } from './rng.ts';

/**
 * A share of labelled samples as few-label evaluation takes it: stratified by class, at least one of each class that occurs, drawn by the seed.
 * A larger share of the same seed contains the smaller one.
 * @param codes class code of each sample
 * @returns places among the samples, ascending
 */
export function labelledPlaces(codes: ArrayLike<number>, fraction: number, seed: number): Uint32Array {
  if (fraction >= 1) return Uint32Array.from({ length: codes.length }, (_, place) => place);
  const byClass = new Map<number, number[]>();
  for (let place = 0; place < codes.length; place++) {
    const code = codes[place] as number;
    const members = byClass.get(code);
    if (members) members.push(place);
    else byClass.set(code, [place]);
  }
  const chosen = [...byClass].flatMap(([code, members]) => {
    Rng.stream(seed, `labels/${code}`).shuffle(members);
    return members.slice(0, Math.max(1, Math.round(fraction * members.length)));
  });
  return Uint32Array.from(chosen).sort();
}
