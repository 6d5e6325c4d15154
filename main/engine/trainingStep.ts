import * as tf from '@tensorflow/tfjs';
import type { Choice, ViewChoice } from '../../preload/contract/vocabulary.ts';
import type { Rng } from '../core/rng.ts';
import type { SampleKind } from './layout.ts';
import type { StepFunction, StepSignature, TensorSpec } from './engine.ts';
import { prefixed, within } from './layers/names.ts';
import type { BuiltMethod, HostTensor, HostTensors, MethodInputs, MethodLoss, Tensors } from './method.ts';
import type { Optimizer } from './optimizer.ts';
import { ONLINE_TENSORS, onlineInitial, onlineLoss, onlineScalars, onlineUpdate } from './probes/online.ts';
import { applyPipeline, drawPipeline } from './views/pipeline.ts';

/** Everything a training step is made of. */
export interface TrainingSetup extends SampleKind {
  readonly method: BuiltMethod;
  readonly views: readonly ViewChoice[];
  readonly optimizer: Optimizer;
  readonly optimizerChoice: Choice;
  readonly batchSize: number;
  readonly usesLabels: boolean;
  /** Classes of the online linear probe, which needs the labels but gives the method none of them; left out without one. */
  readonly onlineClasses?: number;
  /** Products in half precision, and with them a scaled loss. */
  readonly mixed: boolean;
}

/** The tensors of all networks before training, and what the optimiser does with them. */
export interface InitialNetworks {
  readonly values: HostTensors;
  /** The method's own tensors. */
  readonly state: HostTensors;
  readonly trainable: readonly string[];
  readonly decay: ReadonlySet<string>;
}

/** Draws every network's initial tensors as `network/name`, each network from a stream of its own; targets are copies. */
export function initialNetworks(method: BuiltMethod, stream: (name: string) => Rng): InitialNetworks {
  const parts = Object.entries(method.networks).map(([name, network]) => ({
    name,
    ...network.init(stream(name)),
  }));
  const copies = Object.entries(method.targets ?? {}).map(([name, copied]) => ({
    name,
    values: parts.find((part) => part.name === copied)?.values ?? {},
  }));
  const full = (list: (part: (typeof parts)[number]) => readonly string[]): string[] =>
    parts.flatMap((part) => list(part).map((tensor) => `${part.name}/${tensor}`));
  return {
    values: Object.assign({}, ...[...parts, ...copies].map(({ name, values }) => prefixed(values, name))),
    state: method.state(stream('method')),
    trainable: full(({ trainable }) => trainable),
    decay: new Set(full(({ decay }) => decay)),
  };
}

/** The whole state of training: networks, the method's own tensors, and the optimiser's memory as `optimizer/slot/tensor`. */
export function initialState(setup: TrainingSetup, networks: InitialNetworks): HostTensors {
  const slots: Record<string, HostTensor> = {};
  for (const slot of setup.optimizer.slots) {
    for (const name of networks.trainable) {
      const { shape, dtype, data } = networks.values[name] as HostTensor;
      slots[`optimizer/${slot}/${name}`] = { shape, dtype, data: new Float32Array(data.length) };
    }
  }
  const { onlineClasses, method } = setup;
  const online = onlineClasses === undefined ? {} : onlineInitial(method.networks.encoder.dim, onlineClasses);
  return { ...networks.values, ...networks.state, ...slots, ...online };
}

/** What changes from step to step besides the samples. */
export interface StepScalars {
  readonly learningRate: number;
  /** Counted from 1. */
  readonly step: number;
  /** 0 at the start of training, 1 at its end. */
  readonly progress: number;
  /** What the loss is multiplied by in mixed precision; 1 if left out. */
  readonly lossScale?: number;
}

/**
 * What a step is given of samples [batchSize, h, w, c]: themselves, labels and places where wanted, drawn numbers of every view
 * and of the method. Places count among the samples of the run; an example may leave them out.
 */
export function sampleInputs(
  setup: TrainingSetup,
  samples: Float32Array,
  labels: Int32Array,
  rng: Rng,
  places = new Int32Array(setup.batchSize),
  captions: Float32Array | null = null,
): HostTensors {
  const { batchSize, shape, layout, method } = setup;
  const usesLabels = setup.usesLabels || setup.onlineClasses !== undefined;
  const drawn = viewsOf(setup).map((choices, passage) =>
    drawPipeline(choices, rng, batchSize, { shape, layout }, { prefix: `view${passage}`, passage }),
  );
  const codes = (data: Int32Array): HostTensor => ({ shape: [batchSize], dtype: 'int32', data });
  return {
    samples: { shape: [batchSize, ...shape], dtype: 'float32', data: samples },
    ...(usesLabels ? { labels: codes(labels) } : {}),
    ...(method.usesPlaces ? { places: codes(places) } : {}),
    ...captionInputs(setup, captions),
    ...(Object.assign({}, ...drawn) as HostTensors),
    ...prefixed(method.draw?.(rng) ?? {}, 'drawn'),
    ...networkNoise(setup, rng),
  };
}

/** Token ids of what is said of the samples; an example of a step may leave them out. */
function captionInputs(
  { method, layout, batchSize }: TrainingSetup,
  given: Float32Array | null,
): HostTensors {
  if (!method.usesCaptions || layout.kind !== 'image' || layout.captions === undefined) return {};
  const { length } = layout.captions;
  const data = given ?? new Float32Array(batchSize * length);
  return { captions: { shape: [batchSize, length, 1, 1], dtype: 'float32', data } };
}

/** What networks draw for a batch, as `noise/network/name`. */
function networkNoise({ method, batchSize }: TrainingSetup, rng: Rng): HostTensors {
  const rows = batchSize * method.viewCount;
  const parts = Object.entries(method.networks).map(([name, network]) =>
    prefixed(network.draw?.(rng, rows) ?? {}, `noise/${name}`),
  );
  return Object.assign({}, ...parts) as HostTensors;
}

/** The pipeline of every view of a method. */
function viewsOf({ method, views }: TrainingSetup): readonly (readonly ViewChoice[])[] {
  return Array.from({ length: method.viewCount }, (_, view) => method.viewChoices?.(views, view) ?? views);
}

/** What changes from step to step besides the samples, as inputs of the step. */
export function scalarInputs(
  { method, optimizer, optimizerChoice, onlineClasses, mixed }: TrainingSetup,
  { learningRate, step, progress, lossScale = 1 }: StepScalars,
): HostTensors {
  const scalars = Object.entries(method.scalars).map(([name, at]) => [
    `method/${name}`,
    scalar(at(progress)),
  ]);
  const corrections = Object.entries(optimizer.scalars(optimizerChoice.params, step));
  const online = Object.entries(onlineClasses === undefined ? {} : onlineScalars(step));
  return {
    learningRate: scalar(learningRate),
    ...(mixed ? { lossScale: scalar(lossScale) } : {}),
    ...(Object.fromEntries(scalars) as HostTensors),
    ...Object.fromEntries(corrections.map(([name, value]) => [`optimizer/${name}`, scalar(value)])),
    ...Object.fromEntries(online.map(([name, value]) => [name, scalar(value)])),
  };
}

/** All inputs of one training step. */
export function trainingInputs(
  setup: TrainingSetup,
  samples: Float32Array,
  labels: Int32Array,
  rng: Rng,
  scalars: StepScalars,
  captions: Float32Array | null = null,
): HostTensors {
  const given = sampleInputs(setup, samples, labels, rng, undefined, captions);
  return { ...given, ...scalarInputs(setup, scalars) };
}

function scalar(value: number): HostTensor {
  return { shape: [], dtype: 'float32', data: Float32Array.of(value) };
}

/** Shapes of a state and of the inputs of one step. */
export function signatureOf(state: HostTensors, inputs: HostTensors): StepSignature {
  const specs = (tensors: HostTensors): Readonly<Record<string, TensorSpec>> =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
  return { state: specs(state), inputs: specs(inputs) };
}

/** The updates of one step in their order: names of the tensors that each moves, and its loss. */
function updatesOf(
  method: BuiltMethod,
  trainable: readonly string[],
): readonly { readonly names: readonly string[]; readonly loss: BuiltMethod['loss'] }[] {
  const further = method.further ?? [];
  const of = (name: string, networks: readonly string[]): boolean =>
    networks.includes(name.slice(0, name.indexOf('/')));
  const taken = further.flatMap(({ networks }) => networks);
  return [
    { names: trainable.filter((name) => !of(name, taken)), loss: method.loss },
    ...further.map(({ networks, loss }) => ({ names: trainable.filter((name) => of(name, networks)), loss })),
  ];
}

/** The optimiser's update of named tensors: their new values and its memory of them. */
function moved(
  { optimizer, optimizerChoice }: TrainingSetup,
  { decay }: InitialNetworks,
  state: Tensors,
  gradients: Tensors,
  inputs: Tensors,
): Tensors {
  const result: Record<string, tf.Tensor> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    const slots = optimizer.slots.map(
      (slot) => [slot, state[`optimizer/${slot}/${name}`] as tf.Tensor] as const,
    );
    const update = optimizer.update(optimizerChoice.params, {
      value: state[name] as tf.Tensor,
      gradient,
      slots: Object.fromEntries(slots),
      learningRate: inputs['learningRate'] as tf.Scalar,
      scalars: within(inputs, 'optimizer'),
      decay: decay.has(name),
    });
    result[name] = update.value;
    for (const [slot, tensor] of Object.entries(update.slots)) result[`optimizer/${slot}/${name}`] = tensor;
  }
  return result;
}

/** What a method's losses are given, made of the inputs of a step. */
function methodInputs(setup: TrainingSetup, inputs: Tensors): MethodInputs {
  const x = inputs['samples'] as tf.Tensor4D;
  return {
    views: viewsOf(setup).map((choices, view) => applyPipeline(choices, x, inputs, `view${view}`)),
    samples: x,
    labels: setup.usesLabels ? (inputs['labels'] as tf.Tensor1D) : null,
    scalars: within(inputs, 'method'),
    drawn: within(inputs, 'drawn'),
    captions: setup.method.usesCaptions ? (inputs['captions'] as tf.Tensor4D) : null,
    places: setup.method.usesPlaces ? (inputs['places'] as tf.Tensor1D) : null,
  };
}

/**
 * One step of training as a pure function: views, the method's loss, its gradients, the update rule, running statistics and the method's
 * own state. Outputs `loss`, `gradientNorm` and the method's metrics. In mixed precision a step whose gradients overflowed changes nothing.
 */
export function trainingStep(setup: TrainingSetup, networks: InitialNetworks): StepFunction {
  const { method } = setup;
  const updates = updatesOf(method, networks.trainable);
  return (state, inputs) => {
    const given = methodInputs(setup, inputs);
    const scale = setup.mixed ? (inputs['lossScale'] as tf.Scalar) : null;
    const noise = within(inputs, 'noise');
    let [changed, metrics]: [Tensors, Tensors] = [{}, {}];
    const gradients: tf.Tensor[] = [];
    for (const { names, loss } of updates) {
      const current = { ...state, ...changed };
      const found = differentiate(names, current, scale, (params) => loss({ ...params, ...noise }, given));
      gradients.push(...Object.values(found.gradients));
      metrics = { loss: found.loss, ...metrics, ...found.metrics };
      changed = {
        ...changed,
        ...found.updates,
        ...moved(setup, networks, current, found.gradients, inputs),
      };
    }
    const gradientNorm = norm(gradients);
    if (setup.onlineClasses !== undefined) {
      // Of the weights before the step, as the loss is; last, so that nothing of the method can depend on it.
      const probe = onlineStep(method, state, inputs, scale);
      changed = { ...changed, ...probe.changed };
      metrics = { ...metrics, ...probe.metrics };
    }
    const current = { ...state, ...changed };
    changed = { ...changed, ...method.afterStep?.(current, current, given.scalars) };
    return {
      state: setup.mixed ? unlessOverflow(gradientNorm, changed, state) : changed,
      outputs: { gradientNorm, ...metrics },
    };
  };
}

/** One update of the online probe on the batch's own samples, unchanged by views, in evaluation mode. */
function onlineStep(
  { networks: { encoder } }: BuiltMethod,
  state: Tensors,
  inputs: Tensors,
  scale: tf.Scalar | null,
): { readonly changed: Tensors; readonly metrics: Tensors } {
  const found = differentiate(ONLINE_TENSORS, state, scale, (params) => {
    const h = encoder.apply(within(params, 'encoder'), inputs['samples'] as tf.Tensor, false).y;
    const { loss, accuracy } = onlineLoss(
      within(params, 'online'),
      h as tf.Tensor2D,
      inputs['labels'] as tf.Tensor1D,
    );
    return { loss, metrics: { onlineAccuracy: accuracy }, updates: {} };
  });
  const changed = onlineUpdate(state, found.gradients, within(inputs, 'online'));
  return { changed, metrics: { onlineLoss: found.loss, ...found.metrics } };
}

/** The new values where the norm of the gradients is a number, else the old ones. */
function unlessOverflow(gradientNorm: tf.Scalar, changed: Tensors, state: Tensors): Tensors {
  // Infinity minus itself is no number, and no number equals itself.
  const finite = gradientNorm.sub(gradientNorm).equal(0);
  const kept = Object.entries(changed).map(([name, tensor]) => {
    const condition = finite.broadcastTo(tensor.shape);
    return [name, tf.where(condition, tensor, state[name] as tf.Tensor)] as const;
  });
  return Object.fromEntries(kept);
}

interface Differentiated extends MethodLoss {
  readonly gradients: Tensors;
}

/** The loss with gradients of the named tensors, taken at `scale` times the loss; what else the loss function made outlives the tape. */
function differentiate(
  names: readonly string[],
  state: Tensors,
  scale: tf.Scalar | null,
  loss: (params: Tensors) => MethodLoss,
): Differentiated {
  if (names.length === 0) return { ...loss(state), gradients: {} };
  let kept: { metrics: Tensors; updates: Tensors } = { metrics: {}, updates: {} };
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const named = Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]));
    const result = loss({ ...state, ...named });
    kept = { metrics: keepAll(result.metrics), updates: keepAll(result.updates) };
    return scale === null ? result.loss : result.loss.mul(scale);
  })(names.map((name) => state[name] as tf.Tensor));
  const unscaled = (tensor: tf.Tensor): tf.Tensor => (scale === null ? tensor : tensor.div(scale));
  return {
    loss: unscaled(value) as tf.Scalar,
    metrics: released(kept.metrics),
    updates: released(kept.updates),
    gradients: Object.fromEntries(names.map((name, index) => [name, unscaled(grads[index] as tf.Tensor)])),
  };
}

function keepAll(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
}

/** Hands kept tensors over to the surrounding tidy. */
function released(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const copy = tensor.clone();
      tensor.dispose();
      return [name, copy];
    }),
  );
}

/** Euclidean norm of all gradients together; 0 without any. */
function norm(gradients: readonly tf.Tensor[]): tf.Scalar {
  if (gradients.length === 0) return tf.scalar(0);
  const squares = gradients.map((gradient) => gradient.square().sum());
  return tf.addN(squares).sqrt() as tf.Scalar;
}
