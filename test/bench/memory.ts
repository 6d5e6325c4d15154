import { parseArgs } from 'node:util';

import { Contender } from './contender.ts';

/**
 * Does resident memory grow while a step repeats? Runs ResNet-18 on 16 images: 50 steps to warm up, then 300. Exit code
 * 1 when it grew by 2 % or more, or compiling took more than 5 s.
 */
const { values } = parseArgs({
  options: {
    id: { type: 'string', default: 'simclr-resnet18' },
    samples: { type: 'string', default: '16' },
    warm: { type: 'string', default: '50' },
    steps: { type: 'string', default: '300' },
    threads: { type: 'string', default: '2' },
  },
});

const worker = new Contender('onnx', process.execPath, [
  new URL('engineWorker.ts', import.meta.url).pathname,
]);
const resident = async (): Promise<number> => {
  const { residentMiB } = await worker.ask<{ residentMiB: number }>({ do: 'memory' });
  return residentMiB;
};
const { compileMs } = await worker.ask<{ compileMs: number }>({
  do: 'prepare',
  id: values.id,
  samples: Number(values.samples),
  threads: Number(values.threads),
});
await worker.ask({ do: 'run', count: Number(values.warm) });
const before = await resident();
await worker.ask({ do: 'run', count: Number(values.steps) });
const after = await resident();
worker.close();
const growth = after / before - 1;
console.log(
  `${values.id}, ${values.samples} samples: compiled in ${(compileMs / 1000).toFixed(2)} s; ` +
    `${before.toFixed(0)} MiB after ${values.warm} steps, ${after.toFixed(0)} MiB after ${values.steps} more ` +
    `(${(100 * growth).toFixed(2)} %)`,
);
process.exitCode = growth < 0.02 && compileMs < 5000 ? 0 : 1;
