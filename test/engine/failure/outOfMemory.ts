import { readFileSync } from 'node:fs';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { pretrain } from '../../../main/engine/pretrain.ts';
import { tinyConfig, tinyData, tinyHost } from '../tiny.ts';

// `outOfMemory.ts <limit in MiB>`, run by a test under that limit of address space: a run whose step asks for more than is left in one
// request. Prints what happened as one line of JSON.
const LIMIT = Number(process.argv[2]);
/** MiB that stay free, less than what the first convolution asks for and more than JavaScript needs to go on. */
const LEFT = 700;
const config = tinyConfig('simclr', {
  batchSize: 4096,
  views: [],
  encoder: { id: 'smallCnn', params: { width: 32 } },
  monitor: { everyEpochs: 10, bankSize: 16 },
});
const made = tinyData({ side: 32, count: 8192 });
// The monitors before the first step look at few samples: their encodings are not what is tested.
const few = (indices: Uint32Array): Uint32Array => indices.slice(0, 32);
const { pretrain: most, probeTrain, validation } = made.splits;
const data = {
  ...made,
  splits: { pretrain: most, probeTrain: few(probeTrain), validation: few(validation) },
  validationGroups: made.validationGroups.map((group) => ({ ...group, codes: group.codes.slice(0, 32) })),
};
const task = { config, data, datasetDigest: 'd', resumeFrom: null, spent: null };
const host = tinyHost(await onnx.activate({ device: 'cpu', threads: 1 }));

/** Takes address space, not memory, until LEFT remains. */
function takeAddressSpace(): readonly ArrayBuffer[] {
  const size = /VmSize:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const spare = LIMIT - LEFT - Number(size) / 1024;
  return Array.from({ length: Math.floor(spare / 128) }, () => new ArrayBuffer(128 * 2 ** 20));
}

const events: string[] = [];
let taken: readonly ArrayBuffer[] = [];
try {
  for await (const { type } of pretrain(task, host)) {
    events.push(type);
    if (type === 'checkpoint') taken = takeAddressSpace();
  }
  console.log(JSON.stringify({ events, message: '', hint: '', taken: taken.length }));
} catch (cause) {
  const { message, hint } = cause as { readonly message: string; readonly hint?: string };
  console.log(JSON.stringify({ events, message, hint, taken: taken.length }));
}
