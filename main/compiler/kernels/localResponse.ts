import { add, arrayOf, constant, div, elementwise, matMul, mul, scalar, sub } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** Sums over each channel's neighbours: a product with a band of ones, which is its own transpose. */
function neighbours(x: GraphNode, radius: number): GraphNode {
  const channels = x.shape[x.shape.length - 1] as number;
  const band = Array.from({ length: channels * channels }, (_, index) =>
    Math.abs(Math.floor(index / channels) - (index % channels)) <= radius ? 1 : 0,
  );
  return matMul(x, constant(arrayOf(band, 'float32'), [channels, channels], 'float32'));
}

/** `bias + alpha * sum of squares nearby`. */
function norm(call: KernelCall, x: GraphNode): GraphNode {
  const squares = neighbours(mul(x, x), call.number('depthRadius'));
  return add(mul(squares, scalar(call.number('alpha'))), scalar(call.number('bias')));
}

const power = (x: GraphNode, exponent: number): GraphNode => elementwise('Pow', [x, scalar(exponent)]);

/** Local response normalisation: `x * norm ^ -beta`. */
function normalise(call: KernelCall): GraphNode {
  const x = call.node('x');
  return mul(x, power(norm(call, x), -call.number('beta')));
}

function gradient(call: KernelCall): GraphNode {
  const [x, y, dy] = [call.node('x'), call.node('y'), call.node('dy')];
  const beta = call.number('beta');
  const own = norm(call, x);
  const shared = neighbours(div(mul(dy, y), own), call.number('depthRadius'));
  const slope = mul(mul(x, shared), scalar(2 * call.number('alpha') * beta));
  return sub(mul(dy, power(own, -beta)), slope);
}

export const localResponse: KernelFamily = { LRN: normalise, LRNGrad: gradient };
