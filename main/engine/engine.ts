import type { EngineId, EngineReport } from '../../preload/contract/vocabulary.ts';
import type { HostTensor, HostTensors, Tensors } from './method.ts';

/** A compiled step for people to look at. */
export interface Inspection {
  readonly name: string;
  /** What each pass did, then the recorded and the compiled graph. */
  readonly text: string;
  /** The compiled graph as an ONNX model. */
  readonly model: Uint8Array;
}

/** What a step returns: new values of those parts of the state that change, and results to read. */
export interface StepResult {
  readonly state: Tensors;
  readonly outputs: Tensors;
}

/** A pure step (state, inputs) -> (changed state, outputs), written with tfjs operations; the same function runs on every engine. */
export type StepFunction = (state: Tensors, inputs: Tensors) => StepResult;

/** Shape and type of one input. */
export type TensorSpec = Pick<HostTensor, 'shape' | 'dtype'>;

/** Shapes and types of everything a step reads. */
export interface StepSignature {
  readonly state: Readonly<Record<string, TensorSpec>>;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** `mixed`: products in half precision; only engine onnx has it. Default: everything in single. */
  readonly precision?: 'float32' | 'mixed';
}

/** Tensors that live on the engine's device between steps. */
export interface EngineState {
  /** Copies of the current values. */
  read(): Promise<HostTensors>;
  /** Replaces values; every name must exist and keep its shape. */
  write(values: HostTensors): Promise<void>;
  dispose(): void;
}

/** A step made ready for one signature. */
export interface CompiledStep {
  readonly name: string;
  /** Floating-point operations of one run, counting matrix products and convolutions, or null where the engine cannot tell. */
  readonly flops: number | null;
  /** Runs once: updates the state and returns the outputs. */
  run(state: EngineState, inputs: HostTensors): Promise<HostTensors>;
  dispose(): Promise<void>;
}

/** An engine made ready on one device. */
export interface Engine {
  readonly id: EngineId;
  readonly device: string;
  createState(values: HostTensors): Promise<EngineState>;
  /** Makes a step ready for the shapes of this state and these inputs. */
  compile(step: StepFunction, signature: StepSignature, name: string): Promise<CompiledStep>;
  dispose(): Promise<void>;
}

/** What an engine is asked to use. */
export interface EngineOptions {
  readonly device: string;
  /** 0: as many as there are cores. */
  readonly threads: number;
  /** Shown every step that is compiled; eager engines compile none. */
  readonly inspect?: ((inspection: Inspection) => void) | undefined;
}

/** One engine: one file, one registry line. */
export interface EngineEntry {
  readonly id: EngineId;
  readonly title: string;
  readonly summary: string;
  /** Looks what is there, starting nothing heavy; never throws. */
  probe(): Promise<EngineReport>;
  /** @throws AppError engine that says what is missing and how to get it */
  activate(options: EngineOptions): Promise<Engine>;
}
