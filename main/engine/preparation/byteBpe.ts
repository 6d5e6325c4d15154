/** Number of tokens that every tokenizer has before merges: one per byte. */
const BYTES = 256;
/** A pair that occurs less often is not merged. */
const LEAST = 2;

/** Words with the space before them, numbers, signs, and what space is left; nothing is lost: the pieces joined are the text. */
const PIECES = / ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Pairs of tokens that become one, in the order they were learnt; the i-th makes token 256 + i. Flat: left, right, left, right ... */
export type Merges = readonly number[];

/** A text as pieces that merges do not cross, in canonical composition (NFC). */
export function piecesOf(text: string): readonly string[] {
  return text.normalize('NFC').match(PIECES) ?? [];
}

interface Word {
  tokens: number[];
  readonly count: number;
}

/**
 * Byte-pair encoding over UTF-8 (Sennrich, Haddow, Birch, ACL 2016; over bytes: Radford et al., GPT-2, 2019): of all neighbouring pairs the
 * most frequent becomes a token, again and again, until there are `size` tokens or no pair is left that occurs twice. Of equally frequent
 * pairs the one of lower tokens wins, so that the same corpus gives the same merges whatever its order.
 */
export function learnMerges(corpus: Iterable<string>, size: number): Merges {
  const words = countedWords(corpus);
  const pairs = new PairCounts(words);
  const merges: number[] = [];
  while (BYTES + merges.length / 2 < size) {
    const best = pairs.mostFrequent();
    if (best === null) break;
    const token = BYTES + merges.length / 2;
    merges.push(best.left, best.right);
    pairs.merge(best.left, best.right, token);
  }
  return merges;
}

function countedWords(corpus: Iterable<string>): readonly Word[] {
  const counts = new Map<string, number>();
  for (const text of corpus)
    for (const piece of piecesOf(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const encoder = new TextEncoder();
  return [...counts].map(([piece, count]) => ({ tokens: [...encoder.encode(piece)], count }));
}

/** A pair as one number: tokens stay below 2^20. */
const keyOf = (left: number, right: number): number => left * 2 ** 20 + right;

/** How often pairs are neighbours, kept up while words are merged. */
class PairCounts {
  private readonly words: readonly Word[];
  private readonly counts = new Map<number, number>();
  /** Words in which a pair was seen; it may be gone from some of them. */
  private readonly places = new Map<number, Set<number>>();

  constructor(words: readonly Word[]) {
    this.words = words;
    words.forEach((_, index) => this.tally(index, 1));
  }

  mostFrequent(): { readonly left: number; readonly right: number } | null {
    let [best, most] = [-1, LEAST - 1];
    for (const [key, count] of this.counts)
      if (count > most || (count === most && best >= 0 && key < best)) [best, most] = [key, count];
    return best < 0 ? null : { left: Math.floor(best / 2 ** 20), right: best % 2 ** 20 };
  }

  merge(left: number, right: number, token: number): void {
    for (const index of this.places.get(keyOf(left, right)) ?? []) {
      const word = this.words[index] as Word;
      this.tally(index, -1);
      word.tokens = joined(word.tokens, left, right, token);
      this.tally(index, 1);
    }
  }

  /** Adds a word's pairs to the counts, or takes them out. */
  private tally(index: number, sign: 1 | -1): void {
    const { tokens, count } = this.words[index] as Word;
    for (let i = 1; i < tokens.length; i++) {
      const key = keyOf(tokens[i - 1] as number, tokens[i] as number);
      const now = (this.counts.get(key) ?? 0) + sign * count;
      if (now === 0) this.counts.delete(key);
      else this.counts.set(key, now);
      if (sign < 0) continue;
      const seen = this.places.get(key);
      if (seen) seen.add(index);
      else this.places.set(key, new Set([index]));
    }
  }
}

/** Every pair left, right from the left on replaced by one token. */
function joined(tokens: readonly number[], left: number, right: number, token: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const isPair = tokens[i] === left && tokens[i + 1] === right;
    result.push(isPair ? token : (tokens[i] as number));
    if (isPair) i++;
  }
  return result;
}

/** Texts to tokens and back, by merges. */
export class ByteBpe {
  private readonly ranks = new Map<number, number>();
  /** UTF-8 of every token. */
  private readonly bytes: Uint8Array[];
  private readonly known = new Map<string, readonly number[]>();
  private readonly encoder = new TextEncoder();

  constructor(merges: Merges) {
    this.bytes = Array.from({ length: BYTES }, (_, byte) => Uint8Array.of(byte));
    for (let i = 0; i < merges.length; i += 2) {
      const [left, right] = [merges[i] as number, merges[i + 1] as number];
      this.ranks.set(keyOf(left, right), i / 2);
      this.bytes.push(Uint8Array.of(...(this.bytes[left] ?? []), ...(this.bytes[right] ?? [])));
    }
  }

  /** Tokens there are. */
  get size(): number {
    return this.bytes.length;
  }

  encode(text: string): readonly number[] {
    return piecesOf(text).flatMap((piece) => this.tokensOf(piece));
  }

  /** What tokens say; a character of which bytes are missing becomes U+FFFD. */
  decode(tokens: readonly number[]): string {
    const parts = tokens.map((token) => this.bytes[token] ?? new Uint8Array(0));
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return new TextDecoder().decode(whole);
  }

  private tokensOf(piece: string): readonly number[] {
    const known = this.known.get(piece);
    if (known) return known;
    let tokens: number[] = [...this.encoder.encode(piece)];
    for (let rank = this.lowestRank(tokens); rank !== null; rank = this.lowestRank(tokens)) {
      const [left, right] = [tokens[rank.at] as number, tokens[rank.at + 1] as number];
      tokens = joined(tokens, left, right, BYTES + rank.rank);
    }
    this.known.set(piece, tokens);
    return tokens;
  }

  private lowestRank(tokens: readonly number[]): { readonly rank: number; readonly at: number } | null {
    let best: { readonly rank: number; readonly at: number } | null = null;
    for (let at = 0; at + 1 < tokens.length; at++) {
      const rank = this.ranks.get(keyOf(tokens[at] as number, tokens[at + 1] as number));
      if (rank !== undefined && (best === null || rank < best.rank)) best = { rank, at };
    }
    return best;
  }
}
