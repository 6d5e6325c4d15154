export type { Inspection } from './inspection.ts';
export { registerBackend } from './register.ts';
export type { Device } from './session.ts';
export { StateStore } from './stateStore.ts';
export type { CompiledStep, CompileOptions, CompileReport, StepFunction, StepSignature } from './step.ts';
export { compileStep } from './step.ts';
export type { DType, HostTensor, StepTensors, TensorSpec } from './tensors.ts';
