export { onnx } from './onnx.ts';
export { tensorflow } from './tensorflow.ts';
export { wasm } from './wasm.ts';
export { cpu } from './cpu.ts';
