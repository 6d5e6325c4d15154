import { constant } from './build.ts';
import { hostValue } from './deviceValue.ts';
import { makeNode } from './graph.ts';
import { BLOCKED } from './passes/layout/forms.ts';
import { createSession } from './session.ts';

let known: number | null = null;

/**
 * Channels per block of ONNX Runtime's blocked operators on this processor (8 or 16), 0 where it has none. Found
 * by reordering two pixels of 32 numbered channels and looking where the second pixel's first channel went.
 */
export function blockSize(): number {
  known ??= probe();
  return known;
}

function probe(): number {
  const values = Float32Array.from({ length: 64 }, (_, index) => index);
  const x = constant(values, [1, 32, 1, 2], 'float32');
  const reordered = makeNode(`${BLOCKED}:ReorderInput`, [x], { channels_last: 0 }, [1, 32, 1, 2], 'float32');
  try {
    const session = createSession({ outputs: new Map([['y', reordered]]) }, { threads: 1 });
    const result = hostValue(session.run(new Map()).get('y')).data as Float32Array;
    session.dispose();
    const position = result.indexOf(1);
    return position > 1 ? position : 0;
  } catch {
    // Processors without blocked kernels refuse the operator; the plain layout serves them.
    return 0;
  }
}
