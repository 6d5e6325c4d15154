import {
  add,
  arrayOf,
  cast,
  compare,
  concat,
  constant,
  div,
  elementwise,
  expand,
  gather,
  mul,
  reshape,
  scalar,
  slice,
  sub,
  transpose,
  where,
} from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

const floor = (x: GraphNode): GraphNode => elementwise('Floor', [x]);
const and = (a: GraphNode, b: GraphNode): GraphNode => elementwise('And', [a, b], {}, 'bool');

/** Column `index` of a matrix of coefficients, shaped to broadcast over the output's pixels. */
function column(x: GraphNode, index: number): GraphNode {
  const rows = x.shape[0] as number;
  return reshape(slice(x, [0, index], [rows, 1]), [rows, 1, 1]);
}

function ramp(count: number, step: number, shape: readonly number[]): GraphNode {
  return constant(
    arrayOf(
      Array.from({ length: count }, (_, index) => index * step),
      'float32',
    ),
    shape,
    'float32',
  );
}

interface Sampling {
  readonly mode: string;
  readonly padding: 'zeros' | 'border' | 'reflection';
}

/** Samples NHWC images at pixel positions [batch, height, width] along x and y. */
function sample(image: GraphNode, x: GraphNode, y: GraphNode, { mode, padding }: Sampling): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = image.shape;
  const [, height = 1, width = 1] = elementwise('Add', [x, y]).shape;
  const nearest = mode === 'nearest';
  // GridSample counts from -1 to 1 between the outer edges of the outer pixels, and rounds halves to even.
  const normal = (position: GraphNode, extent: number): GraphNode => {
    const own = nearest ? floor(add(position, scalar(0.5))) : position;
    const unit = sub(mul(add(own, scalar(0.5)), scalar(2 / extent)), scalar(1));
    return reshape(expand(unit, [n, height, width]), [n, height, width, 1]);
  };
  const grid = concat([normal(x, w), normal(y, h)], 3);
  const attributes = { mode: nearest ? 'nearest' : 'linear', padding_mode: padding, align_corners: 0 };
  const planes = transpose(image, [0, 3, 1, 2]);
  const sampled = makeNode('GridSample', [planes, grid], attributes, [n, c, height, width], 'float32');
  return transpose(sampled, [0, 2, 3, 1]);
}

/** Boxes cut out and resized; corners of a box fall on pixel centres, outside is a constant. */
function cropAndResize(call: KernelCall): GraphNode {
  const boxes = call.node('boxes');
  const [height = 1, width = 1] = call.numbers('cropSize');
  const image = gather(cast(call.node('image'), 'float32'), cast(call.node('boxInd'), 'int32'), 0);
  const [, h = 1, w = 1] = image.shape;
  const along = (low: number, high: number, count: number, shape: readonly number[]): GraphNode => {
    const [from, to] = [column(boxes, low), column(boxes, high)];
    if (count === 1) return mul(add(from, to), scalar(0.5));
    return add(from, mul(sub(to, from), ramp(count, 1 / (count - 1), shape)));
  };
  const y = along(0, 2, height, [1, height, 1]);
  const x = along(1, 3, width, [1, 1, width]);
  const positions = { x: mul(x, scalar(w - 1)), y: mul(y, scalar(h - 1)) };
  const sampling = { mode: call.text('method'), padding: 'border' } as const;
  const sampled = sample(image, positions.x, positions.y, sampling);
  const inside = and(within(x), within(y));
  const mask = reshape(inside, [...inside.shape, 1]);
  return where(mask, sampled, scalar(call.number('extrapolationValue')));
}

/** Between 0 and 1, give or take the rounding of float32. */
function within(position: GraphNode): GraphNode {
  return and(
    compare('GreaterOrEqual', position, scalar(-1e-6)),
    compare('LessOrEqual', position, scalar(1 + 1e-6)),
  );
}

/** Projective transformation: output pixel (x, y) reads input ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k). */
function transform(call: KernelCall): GraphNode {
  const image = cast(call.node('image'), 'float32');
  const coefficients = call.node('transforms');
  const [, h = 1, w = 1] = image.shape;
  const [height = h, width = w] = call.attribute<number[] | null | undefined>('outputShape') ?? [];
  const x = ramp(width, 1, [1, 1, width]);
  const y = ramp(height, 1, [1, height, 1]);
  const plane = (first: number): GraphNode =>
    add(mul(column(coefficients, first), x), mul(column(coefficients, first + 1), y));
  const depth = add(plane(6), scalar(1));
  const infinite = compare('Equal', depth, scalar(0));
  const divisor = where(infinite, scalar(1), depth);
  const inX = div(add(plane(0), column(coefficients, 2)), divisor);
  const inY = div(add(plane(3), column(coefficients, 5)), divisor);
  const sampled = filledSample(call, image, inX, inY);
  const missing = reshape(infinite, [...infinite.shape, 1]);
  return cast(where(missing, scalar(call.number('fillValue')), sampled), call.node('image').dtype);
}

function filledSample(call: KernelCall, image: GraphNode, x: GraphNode, y: GraphNode): GraphNode {
  const mode = call.text('interpolation');
  const [, h = 1, w = 1] = image.shape;
  switch (call.text('fillMode')) {
    case 'constant': {
      const fill = scalar(call.number('fillValue'));
      return add(sample(sub(image, fill), x, y, { mode, padding: 'zeros' }), fill);
    }
    case 'reflect':
      return sample(image, x, y, { mode, padding: 'reflection' });
    case 'wrap':
      return sample(image, wrapped(x, w), wrapped(y, h), { mode, padding: 'border' });
    default:
      return sample(image, x, y, { mode, padding: 'border' });
  }
}

/** TensorFlow's wrapping: periods of `extent`, counted by the truncated quotient with `extent - 1`. */
function wrapped(position: GraphNode, extent: number): GraphNode {
  if (extent <= 1) return mul(position, scalar(0));
  const periods = (x: GraphNode): GraphNode => floor(mul(x, scalar(1 / (extent - 1))));
  const below = add(position, mul(add(periods(elementwise('Neg', [position])), scalar(1)), scalar(extent)));
  const above = sub(position, mul(periods(position), scalar(extent)));
  const high = where(compare('Greater', position, scalar(extent - 1)), above, position);
  const mapped = where(compare('Less', position, scalar(0)), below, high);
  return elementwise('Clip', [mapped, scalar(0), scalar(extent - 1)]);
}

/** Horizontal mirror images. */
function flipLeftRight(call: KernelCall): GraphNode {
  const image = call.node('image');
  const [, , w = 1] = image.shape;
  return slice(image, [0, 0, w - 1, 0], image.shape, [1, 1, -1, 1]);
}

export const sampling: KernelFamily = {
  CropAndResize: cropAndResize,
  Transform: transform,
  FlipLeftRight: flipLeftRight,
};
