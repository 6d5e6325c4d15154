import type { ParamSpecs, Params, Reference } from '../../preload/contract/vocabulary.ts';
import { bool, float, int, type ParamsOf } from '../core/params.ts';

/** The classifier that is trained on h. */
export interface HeadShape {
  /** Width of a hidden layer with ReLU; 0: none, the head is linear. */
  readonly hidden: number;
  /** Share of the hidden layer that a step leaves out. */
  readonly dropout: number;
  /** Classes count in inverse proportion to their labels. */
  readonly balanced: boolean;
}

/** What the strategies know of an encoder: the stages of its tensors from input to output, as in `block1`, `block2`. */
export interface EncoderParts {
  readonly stages: readonly string[];
}

/** What of the encoder moves during an epoch; tensors by their names within the encoder. */
export interface FinetunePlan {
  /** Whether the optimiser moves a tensor that training would move. */
  moves(tensor: string): boolean;
  /** Whether batch norm under this name (a stage or below) normalises by batches and follows them, or keeps its running statistics. */
  adapts(layer: string): boolean;
}

/** A strategy: one file, one registry line. */
export interface Finetune {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly reference: Reference;
  readonly params: ParamSpecs;
  /** What the encoder must have; null: nothing. */
  readonly needs: 'batchNorm' | 'downsampling' | null;
  /** False where it starts from random weights. */
  readonly pretrained: boolean;
  plan(params: Params, parts: EncoderParts, epoch: number): FinetunePlan;
}

const head = {
  hidden: int(0, { min: 0, max: 4096, doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.' }),
  dropout: float(0, { min: 0, max: 0.95, doc: 'Share of the hidden layer that every step leaves out.' }),
  balanced: bool(false, 'Classes count in inverse proportion to their labels.'),
} as const;

/** Parameters of a linear head, as Ramapuram et al. have it. */
export const LINEAR_HEAD = head;

/** Parameters of the head of Yfantidou et al.: 128 units, dropout 0.6, balanced classes. */
export const HIDDEN_HEAD = {
  hidden: { ...head.hidden, default: 128 },
  dropout: { ...head.dropout, default: 0.6 },
  balanced: { ...head.balanced, default: true },
} as const;

/** The head that parameters describe; every strategy has these three among its own. */
export function headOf(params: Params): HeadShape {
  return params as ParamsOf<typeof head>;
}

/** Nothing of the encoder moves. */
export const FROZEN: FinetunePlan = { moves: () => false, adapts: () => false };
/** Everything moves. */
export const FREE: FinetunePlan = { moves: () => true, adapts: () => true };

/** Names of the stages of an encoder in their order, by the first part of its tensors' names. */
export function partsOf(tensors: readonly string[]): EncoderParts {
  return { stages: [...new Set(tensors.map((name) => stageOf(name)))] };
}

/** The stage of a tensor or layer. */
export function stageOf(name: string): string {
  const end = name.indexOf('/');
  return end < 0 ? name : name.slice(0, end);
}

/** The thirds of the encoder: the published grid has three convolutions; deeper encoders are cut into three runs of stages. */
export type Third = 'first' | 'middle' | 'last';

/** Stages of a third; with fewer than three stages a third may be empty. */
export function stagesOf({ stages }: EncoderParts, third: Third): readonly string[] {
  const [one, two] = [Math.ceil(stages.length / 3), Math.ceil((2 * stages.length) / 3)];
  const cuts = { first: [0, one], middle: [one, two], last: [two, stages.length] } as const;
  return stages.slice(...cuts[third]);
}

/** A plan that keeps the named stages as they are, batch norm's statistics included, and moves the others. */
export function freezing(stages: readonly string[]): FinetunePlan {
  const free = (name: string): boolean => !stages.includes(stageOf(name));
  return { moves: free, adapts: free };
}
