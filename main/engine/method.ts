import type * as tf from '@tensorflow/tfjs';
import type {
  Baseline,
  Params,
  ParamSpecs,
  Reference,
  Modality,
  ViewChoice,
} from '../../preload/contract/vocabulary.ts';
import type { Rng } from '../core/rng.ts';
import type { SampleKind, SampleLayout } from './layout.ts';
import type { Engine } from './engine.ts';

export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** A host-side array with its logical shape (images NHWC, filters HWIO). */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
}
export type HostTensors = Readonly<Record<string, HostTensor>>;

/** What an encoder that works on patches can do besides: encode some of them alone, as masked autoencoders ask. */
export interface PatchTokens {
  /** Side in pixels. */
  readonly patch: number;
  /** Patches down and across of the images that the encoder was built for. */
  readonly grid: readonly [number, number];
  /** Whether a class token comes before the patches' tokens. */
  readonly classToken: boolean;
  /** Tokens [n, k, dim] of the patches of x [n, h, w, c] at places `visible` [n, k], int32, or of all of them; after the class token if there is one. */
  encode(params: Tensors, x: tf.Tensor4D, visible: tf.Tensor2D | null): tf.Tensor3D;
}

/**
 * A network as pure functions over named tensors. Names in `init` are relative; the method prefixes them. In training mode batch norm
 * uses batch statistics and `updates` holds the new running ones; in evaluation mode it uses the running ones and `updates` is empty.
 */
export interface Network {
  /** Initial values; `trainable` names those the optimiser moves, `decay` those that weight decay touches. */
  init(rng: Rng): {
    readonly values: HostTensors;
    readonly trainable: readonly string[];
    readonly decay: readonly string[];
  };
  /** x [n, ...] -> y [n, dim]. */
  apply(
    params: Tensors,
    x: tf.Tensor,
    training: boolean,
  ): { readonly y: tf.Tensor; readonly updates: Tensors };
  /** Of encoders of texts: a representation per token, for tasks that ask what tokens are. */
  readonly tokens?: TokenEncoder;
  /** Width of y. */
  readonly dim: number;
  /** Random numbers for at most `rows` samples in training mode, such as what dropout drops; `apply` finds them among its tensors. */
  draw?(rng: Rng, rows: number): HostTensors;
  /** Only of encoders that work on patches. */
  readonly patches?: PatchTokens;
}

/** What an encoder of texts makes of every token. */
export interface TokenEncoder {
  readonly vocabulary: number;
  readonly width: number;
  /** The tensor [vocabulary, width] of the tokens' embeddings, by its relative name. */
  readonly embeddings: string;
  /** x [n, tokens, 1, 1] -> [n, tokens, width]. */
  encode(params: Tensors, x: tf.Tensor4D): tf.Tensor3D;
}

/** An encoder x [n, h, w, c] -> representation h [n, dim]. */
export interface Encoder {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly modalities: readonly Modality[];
  readonly params: ParamSpecs;
  readonly reference: Reference;
  build(params: Params, shape: readonly [number, number, number], layout: SampleLayout): Network;
}

/** What a view may know when it draws, besides the shape of samples. */
export interface DrawContext {
  readonly layout: SampleLayout;
  /** Which view of each sample it is, from 0. */
  readonly passage: number;
}

/** One random, label-free change of samples, applied to a whole batch at once. */
export interface View {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly modalities: readonly Modality[];
  readonly params: ParamSpecs;
  readonly reference: Reference;
  /** Random numbers for `count` samples of shape [h, w, c]: the only source of chance, so that the view itself is pure. */
  draw(
    rng: Rng,
    params: Params,
    count: number,
    shape: readonly [number, number, number],
    context: DrawContext,
  ): HostTensor;
  /**
   * x [n, h, w, c] and the drawn numbers -> [n, h, w, c], images in 0..1 and the others as `SampleLayout` says. Differentiation is never
   * asked of it. Parameters act through the drawn numbers alone: a compiled pipeline serves every setting of its sliders.
   */
  apply(x: tf.Tensor4D, drawn: tf.Tensor): tf.Tensor4D;
}

/** What a step of a method is given. */
export interface MethodInputs {
  /** `views` batches [n, h, w, c], already passed through the view pipeline; images in 0..1. */
  readonly views: readonly tf.Tensor4D[];
  /** The samples [n, h, w, c] before any view. */
  readonly samples: tf.Tensor4D;
  /** What the method's `draw` drew for this step. */
  readonly drawn: Tensors;
  /** Class codes [n], int32; only for methods with `usesLabels`. */
  readonly labels: tf.Tensor1D | null;
  /** Values that change per step, such as an EMA momentum; scalars by name. */
  readonly scalars: Tensors;
  /** What is said of the samples as token ids [n, length, 1, 1]; only for methods with `usesCaptions`. */
  readonly captions?: tf.Tensor4D | null;
  /** Places of the samples among those of the run [n], int32; only for methods with `usesPlaces`. */
  readonly places?: tf.Tensor1D | null;
}

/** The loss of one batch with everything that has to change besides gradients. */
export interface MethodLoss {
  /** Scalar. */
  readonly loss: tf.Scalar;
  /** Scalars to chart, by metric name. */
  readonly metrics: Tensors;
  /** New running statistics and method state, by full name. */
  readonly updates: Tensors;
}

/** A further update within a step, of networks of its own and by a loss of its own. */
export interface FurtherUpdate {
  readonly networks: readonly string[];
  loss(params: Tensors, inputs: MethodInputs): MethodLoss;
}

/** What a method may look at between two epochs. */
export interface BetweenEpochs {
  readonly engine: Engine;
  /** The whole state of training, by full name. */
  readonly tensors: HostTensors;
  /** Epochs completed. */
  readonly epoch: number;
  /** A stream of this epoch. */
  readonly rng: Rng;
  /** Embeddings of all samples of the run in their order, unchanged by views, in evaluation mode. */
  embed(): Promise<{ readonly rows: number; readonly columns: number; readonly data: Float32Array }>;
}

/** A method made concrete for an encoder and a data set. */
export interface BuiltMethod {
  readonly networks: Readonly<Record<string, Network>> & { readonly encoder: Network };
  /** Network from h to the embedding z that the loss compares, or null where the loss sees h through a head of its own. */
  readonly embedding: string | null;
  /** How many views of each sample a step wants. */
  readonly viewCount: number;
  /** Networks that no gradient reaches and that start as copies: name -> the network they copy. `loss` and `afterStep` change them. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Method state that no gradient reaches (queues, centres), initial values by full name. */
  state(rng: Rng): HostTensors;
  /** The pipeline of one of the views, where they differ; `view` counts from 0. */
  viewChoices?(choices: readonly ViewChoice[], view: number): readonly ViewChoice[];
  /** True if `loss` wants what is said of the samples. */
  readonly usesCaptions?: boolean;
  /** True if `loss` wants to know which samples it is given. */
  readonly usesPlaces?: boolean;
  /**
   * New values of the method's own tensors before an epoch's first step, of what needs all samples at once. It must give the same again
   * when asked again before that step, because a run may be resumed there.
   */
  beforeEpoch?(given: BetweenEpochs): Promise<HostTensors>;
  /** Random numbers that the loss of one batch needs besides those of the views, by name: its only source of chance. */
  draw?(rng: Rng): HostTensors;
  /** Per-step scalars as functions of progress in 0..1. */
  readonly scalars: Readonly<Record<string, (progress: number) => number>>;
  /** params: every network's tensors as `network/name`, targets and the method's state among them. */
  loss(params: Tensors, inputs: MethodInputs): MethodLoss;
  /** Updates that follow in the same step, each seeing what the ones before it changed; `loss` then moves all other networks. */
  readonly further?: readonly FurtherUpdate[];
  /** After the optimiser: e.g. EMA of a target network. Names -> new values. */
  afterStep?(params: Tensors, state: Tensors, scalars: Tensors): Tensors;
}

export interface BuildContext extends SampleKind {
  readonly encoder: Network;
  /** Number of classes of the target; only the supervised twin may use it. */
  readonly classes: number;
  readonly batchSize: number;
  /** How long the run is; absent where networks are only evaluated. */
  readonly course?: { readonly samples: number; readonly epochs: number };
}

/** A self-supervised method: one file, one registry line, one test with reference numbers. */
export interface SslMethod {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly hint: string;
  readonly summary: string;
  readonly reference: Reference;
  readonly modalities: readonly Modality[];
  readonly usesLabels: boolean;
  /** How many views of each sample it takes; left out where its parameters decide. */
  readonly viewCount?: number;
  /** `patches`: takes only encoders that can encode some patches alone. */
  readonly needs?: 'patches';
  /** What other runs are compared with it for; left out by methods that are compared. */
  readonly baseline?: Baseline;
  readonly params: ParamSpecs;
  /** The authors' view pipeline for the first of the modalities; of images, adapted to small ones. */
  readonly views: readonly ViewChoice[];
  /** The pipelines for the other modalities. */
  readonly viewsByModality?: Readonly<Partial<Record<Modality, readonly ViewChoice[]>>>;
  build(params: Params, context: BuildContext): BuiltMethod;
}
