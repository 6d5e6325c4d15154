/** Where ids may begin and end within a name or a sentence. */
const PIECES = /([^\p{L}\p{N}]+)/u;
/** Pieces that one id may consist of, separators among them. */
const LONGEST = 15;
const PLACE = /, line \d+$/;
const DIGITS = /^\d+$/;
const SHORT = 3;

/**
 * A sample's name with the id of its subject replaced, wherever it stands in it. Numbers and very short ids are looked for between
 * separators, for elsewhere they count something, unless a pattern of names says that they are `within`.
 */
export function nameWithout(name: string, subject: string, pseudonym: string, within: boolean): string {
  const composed = name.normalize();
  if (!composed.includes(subject)) return name;
  if (within || (subject.length >= SHORT && !DIGITS.test(subject)))
    return composed.replaceAll(subject, pseudonym);
  return textWithout(composed, (id) => (id === subject ? pseudonym : null), 'item');
}

/**
 * A sentence, or the name of an item, with every known id in it replaced. Ids stand between characters that are neither letters nor
 * digits; in sentences, numbers and very short words are left as they are, for they are no ids there.
 * @param pseudonymOf null for what is no id
 */
export function textWithout(
  text: string,
  pseudonymOf: (id: string) => string | null,
  kind: 'sentence' | 'item',
): string {
  const [place = ''] = PLACE.exec(text) ?? [];
  const pieces = text
    .slice(0, text.length - place.length)
    .normalize()
    .split(PIECES);
  let out = '';
  for (let at = 0; at < pieces.length;) {
    const [length, found] = longestFrom(pieces, at, (id) =>
      kind === 'sentence' && (DIGITS.test(id) || id.length < SHORT) ? null : pseudonymOf(id),
    );
    out += found ?? pieces[at] ?? '';
    at += length;
  }
  return out + place;
}

/**
 * What a report calls a file that was rejected. Known ids in it are replaced; of a file without a known id, where file names carry the
 * ids of subjects, the whole name is turned: whose it is cannot be told. Places in a table tell nothing of people.
 * @param turned makes a pseudonym of any text; null where file names carry no ids
 */
export function itemWithout(
  item: string,
  pseudonymOf: (id: string) => string | null,
  turned: ((text: string) => string) | null,
): string {
  const kept = textWithout(item, pseudonymOf, 'item');
  if (turned === null || kept !== item.normalize() || PLACE.test(item)) return kept;
  return turned(item).replace('subject-', 'file-');
}

/** Whether a sample's name, as its reader made it, carries the id of its subject: series get it from the reader itself. */
export function carriesId(name: string, kept: string, subject: string): boolean {
  return kept !== name && !name.replace(/@\d+$/, '').endsWith(`#${subject}`);
}

/** The longest id that begins with a piece, as the number of its pieces and its pseudonym; 1 and null if there is none. */
function longestFrom(
  pieces: readonly string[],
  at: number,
  pseudonymOf: (id: string) => string | null,
): readonly [number, string | null] {
  for (let length = Math.min(LONGEST, pieces.length - at); length > 0; length--) {
    const id = pieces.slice(at, at + length).join('');
    const found = id.trim() === '' ? null : pseudonymOf(id);
    if (found !== null) return [length, found];
  }
  return [1, null];
}
