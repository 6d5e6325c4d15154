import type { SeriesPreparation } from './preparation/series.ts';
import type { TablePreparation } from './preparation/table.ts';
import type { TextPreparation } from './preparation/text.ts';

/** A column as views, encoders and methods see it; `size` counts the values of a category, the last of which is unknown. */
export type ColumnLayout =
  | { readonly name: string; readonly kind: 'number' }
  | { readonly name: string; readonly kind: 'category'; readonly size: number };

/** What the numbers of a sample x [h, w, c] mean. Every modality travels in this shape, so that the loop needs to know none of them. */
export type SampleLayout =
  /** Brightness 0..1; `captions` where texts are said of images: tokens of each, and of their vocabulary. */
  | {
      readonly kind: 'image';
      readonly captions?: { readonly length: number; readonly vocabulary: number };
    }
  /**
   * x [1, columns, 2]: a standardised number or the index of a value, then 1 where a number is missing (its value is then 0).
   * `marginals` holds rows of the pretrain split in the same form, out of which corruption draws.
   */
  | { readonly kind: 'table'; readonly columns: readonly ColumnLayout[]; readonly marginals: Float32Array }
  /** x [time, 1, channels + 1]: standardised channels, 0 where nothing was measured; the last channel is 1 within the series and 0 after its end. */
  | { readonly kind: 'series'; readonly channels: readonly string[] }
  /** x [tokens, 1, 1]: token ids; `PAD` fills up behind the end. */
  | { readonly kind: 'text'; readonly vocabulary: number };

export const IMAGE: SampleLayout = { kind: 'image' };

/** What every sample of a data set looks like to a network. */
export interface SampleKind {
  readonly shape: readonly [number, number, number];
  readonly layout: SampleLayout;
}

/** Tokens with a meaning of their own, in every vocabulary. */
export const TOKENS = { pad: 0, start: 1, mask: 2 } as const;
/** The first id of an ordinary token. */
export const FIRST_TOKEN = 3;

/** How the stored samples of a data set became numbers, learnt from the pretrain split alone; plain data, saved in checkpoints. */
export type Preparation = ImagePreparation | TablePreparation | SeriesPreparation | TextPreparation;

/** Nothing is learnt of images, but of what is said of them. */
export interface ImagePreparation {
  readonly kind: 'image';
  readonly captions?: TextPreparation;
}
