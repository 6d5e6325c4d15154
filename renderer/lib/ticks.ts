const MOST_DIGITS = 8;

/** What stands beside the ticks of an axis: as the values are printed elsewhere, or with as many digits as tell them apart. */
export function tickTexts(values: readonly number[], format: (value: number) => string): readonly string[] {
  const usual = values.map(format);
  if (differ(usual)) return usual;
  for (let digits = 3; digits <= MOST_DIGITS; digits++) {
    const texts = values.map((value) => String(Number(value.toPrecision(digits))).replace(/^(-?)0\./, '$1.').replace('-', '−'));
    if (differ(texts)) return texts;
  }
  return usual;
}

function differ(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
