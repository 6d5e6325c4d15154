import { cast } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelFamily, KernelLowering } from './kernel.ts';

/** Arithmetic that TensorFlow.js lets booleans take part in and ONNX does not. */
const ARITHMETIC =
  'Abs Neg Sign Square Relu Relu6 Step ClipByValue Add Sub Multiply RealDiv Mod Pow Atan2 SquaredDifference Max Min'.split(
    ' ',
  );

/** Kernels whose result for booleans is int32. */
const COUNTING = ['FloorDiv', 'Cumsum', 'Cumprod'];

/** Boolean operands go through int32; the result is true where it is not zero. */
export function withBooleans(family: KernelFamily): KernelFamily {
  const wrap =
    (lowering: KernelLowering, back: boolean): KernelLowering =>
    (call) => {
      if (!call.list().some(({ dtype }) => dtype === 'bool')) return lowering(call);
      const result = lowering(call.map((node) => (node.dtype === 'bool' ? cast(node, 'int32') : node)));
      return back ? cast(result as GraphNode, 'bool') : result;
    };
  const changed = [...ARITHMETIC, ...COUNTING].map((name) => {
    return [name, wrap(family[name] as KernelLowering, ARITHMETIC.includes(name))] as const;
  });
  return { ...family, ...Object.fromEntries(changed) };
}
