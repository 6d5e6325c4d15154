import { int, type ParamsOf } from '../../core/params.ts';
import { FIRST_TOKEN, TOKENS } from '../layout.ts';
import { ByteBpe, learnMerges, type Merges } from './byteBpe.ts';

/** What an encoder of texts is told of them. */
export const TEXT_SPECS = {
  vocabulary: int(4096, {
    min: 300,
    max: 65_536,
    doc: 'Most tokens; they are learnt from the pretrain split, the most frequent pieces of words.',
  }),
  length: int(64, { min: 4, max: 2048, doc: 'Tokens of a text that are read, a start token among them.' }),
} as const;

export type TextSettings = ParamsOf<typeof TEXT_SPECS>;

/** What was learnt of pretrain texts; `length` includes the start token. */
export interface TextPreparation {
  readonly kind: 'text';
  readonly merges: Merges;
  readonly length: number;
}

/** Learns the tokens. */
export function learnText(corpus: Iterable<string>, { vocabulary, length }: TextSettings): TextPreparation {
  return { kind: 'text', merges: learnMerges(corpus, vocabulary - FIRST_TOKEN), length };
}

/** Tokens of a preparation, special ones among them. */
export function vocabularyOf({ merges }: TextPreparation): number {
  return FIRST_TOKEN + 256 + merges.length / 2;
}

/** Makes rows of `length` token ids of texts: the start token, the text as far as it goes, filling. */
export function textReader({ merges, length }: TextPreparation): (texts: readonly string[]) => Float32Array {
  const tokenizer = new ByteBpe(merges);
  return (texts) => {
    const result = new Float32Array(texts.length * length).fill(TOKENS.pad);
    texts.forEach((text, row) => {
      const tokens = tokenizer.encode(text).slice(0, length - 1);
      result.set([TOKENS.start, ...tokens.map((token) => token + FIRST_TOKEN)], row * length);
    });
    return result;
  };
}

/** What a row of ids says; a masked token is shown as a box. */
export function textOf({ merges }: TextPreparation, ids: Float32Array): string {
  const tokenizer = new ByteBpe(merges);
  const parts: string[] = [];
  let run: number[] = [];
  for (const id of [...ids, TOKENS.mask]) {
    if (id >= FIRST_TOKEN) run.push(id - FIRST_TOKEN);
    if (id !== TOKENS.mask) continue;
    parts.push(tokenizer.decode(run));
    run = [];
  }
  return parts.join('▢').trim();
}
