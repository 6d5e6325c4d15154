/** Number of series colours; after them the same colours come back with dashes. */
export const SERIES_COLOURS = 8;

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** The custom property of a run's colour (Okabe-Ito, with variants for the dark theme in tokens.css). */
export function seriesProperty(index: number): string {
  return `--c${(((index % SERIES_COLOURS) + SERIES_COLOURS) % SERIES_COLOURS) + 1}`;
}

/** A CSS colour for a run's index. */
export function seriesColour(index: number): string {
  return `var(${seriesProperty(index)})`;
}

/** The dash pattern that keeps a run distinct from the one with the same colour. */
export function seriesDash(index: number): readonly number[] {
  return DASHES[Math.floor(index / SERIES_COLOURS) % DASHES.length] ?? [];
}

/** The colours wished for; where two fall on the same one, the later takes the next that is free. */
export function uniqueColours(wished: readonly (number | undefined)[]): readonly number[] {
  const used = new Set<number>();
  return wished.map((wish, at) => {
    let colour = wish ?? at;
    while (used.has(colour % SERIES_COLOURS) && used.size < SERIES_COLOURS) colour += 1;
    used.add(colour % SERIES_COLOURS);
    return colour;
  });
}
