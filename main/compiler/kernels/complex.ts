import { add, cast, compare, div, elementwise, mul, scalar, sub, where } from '../build.ts';
import type { ElementType, GraphNode } from '../graph.ts';
import type { ComplexNode } from '../held.ts';
import { isComplex } from '../held.ts';
import { KernelCall } from './kernel.ts';
import type { KernelLowering } from './kernel.ts';
import { spectrum } from './spectral.ts';
import { filled } from './unary.ts';

type Value = GraphNode | ComplexNode;
type Values = Readonly<Record<string, Value>>;

/** Kernels that treat real and imaginary parts alike: what moves numbers, and what is linear in all inputs. */
const COMPONENTWISE = new Set(
  (
    'Identity Reshape ExpandDims Transpose Concat Slice StridedSlice Reverse Pack Unpack SplitV Tile GatherV2 ' +
    'GatherNd Add AddN Sub Neg Sum ZerosLike'
  ).split(' '),
);

const INDICES = new Set(['indices', 'axis', 'condition']);

/**
 * Lowers a call in which complex tensors take part. Null when there is no lowering, and TensorFlow.js's own kernel
 * has to answer.
 */
export function lowerComplex(
  kernelName: string,
  lowering: KernelLowering | null,
  inputs: Values,
  attrs: Record<string, unknown>,
): Value | readonly Value[] | null {
  if (lowering !== null && COMPONENTWISE.has(kernelName))
    return componentwise(kernelName, lowering, inputs, attrs);
  const rule = RULES[kernelName];
  return rule === undefined ? null : rule(inputs, attrs);
}

function componentwise(
  kernelName: string,
  lowering: KernelLowering,
  inputs: Values,
  attrs: Record<string, unknown>,
): Value | readonly Value[] {
  const half = (part: 'real' | 'imaginary'): readonly GraphNode[] => {
    const nodes = Object.entries(inputs).map(([name, value]) => [
      name,
      INDICES.has(name) && !isComplex(value) ? value : complexOf(value)[part],
    ]);
    return [lowering(new KernelCall(kernelName, Object.fromEntries(nodes), attrs))].flat() as GraphNode[];
  };
  const imaginary = half('imaginary');
  const pairs = half('real').map((real, index) => ({ real, imaginary: imaginary[index] as GraphNode }));
  return kernelName === 'Unpack' || kernelName === 'SplitV' ? pairs : (pairs[0] as ComplexNode);
}

/** A real node is a complex one without imaginary part. */
function complexOf(value: Value): ComplexNode {
  if (isComplex(value)) return value;
  return { real: cast(value, 'float32'), imaginary: filled(0, value.shape, 'float32') };
}

function product(a: ComplexNode, b: ComplexNode): ComplexNode {
  return {
    real: sub(mul(a.real, b.real), mul(a.imaginary, b.imaginary)),
    imaginary: add(mul(a.real, b.imaginary), mul(a.imaginary, b.real)),
  };
}

/** Length of the pointer, scaled by its longer part so that no square under- or overflows. */
function magnitude({ real, imaginary }: ComplexNode): GraphNode {
  const [a, b] = [elementwise('Abs', [real]), elementwise('Abs', [imaginary])];
  const longer = elementwise('Max', [a, b]);
  const divisor = where(compare('Equal', longer, scalar(0)), scalar(1), longer);
  const [p, q] = [div(a, divisor), div(b, divisor)];
  return mul(longer, elementwise('Sqrt', [add(mul(p, p), mul(q, q))]));
}

const input = (inputs: Values, name: string): ComplexNode => complexOf(inputs[name] as Value);

type Rule = (inputs: Values, attrs: Record<string, unknown>) => Value | null;

/** To a complex number by adding an imaginary part; from one by dropping it. */
function converted(inputs: Values, attrs: Record<string, unknown>): Value {
  const { real, imaginary } = input(inputs, 'x');
  const dtype = attrs['dtype'] as ElementType | 'complex64';
  return dtype === 'complex64' ? { real, imaginary } : cast(real, dtype);
}

const RULES: Readonly<Record<string, Rule>> = {
  Complex: ({ real, imag }) => ({ real: real as GraphNode, imaginary: imag as GraphNode }),
  Cast: converted,
  OnesLike: (inputs) => complexOf(filled(1, input(inputs, 'x').real.shape, 'float32')),
  Real: (inputs) => input(inputs, 'input').real,
  Imag: (inputs) => input(inputs, 'input').imaginary,
  ComplexAbs: (inputs) => magnitude(input(inputs, 'x')),
  Multiply: (inputs) => product(input(inputs, 'a'), input(inputs, 'b')),
  FFT: (inputs) => spectrum(input(inputs, 'input'), false),
  IFFT: (inputs) => spectrum(input(inputs, 'input'), true),
};

/** Kernels that exist for complex numbers alone. */
export const complexKernels: readonly string[] = ['Complex', 'Real', 'Imag', 'ComplexAbs', 'FFT', 'IFFT'];
