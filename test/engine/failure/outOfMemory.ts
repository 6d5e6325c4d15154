import { onnx } from '../../../main/engine/backends/onnx.ts';
import { pretrain } from '../../../main/engine/pretrain.ts';
import { tinyConfig, tinyData, tinyHost } from '../tiny.ts';

// Run by a test with little memory: a run whose batches are too large. Prints what happened as one line of JSON.
const config = tinyConfig('simclr', {
  batchSize: 1024,
  views: [],
  encoder: { id: 'smallCnn', params: { width: 32 } },
  monitor: { everyEpochs: 10, bankSize: 16 },
});
const data = tinyData({ side: 32, count: 2048 });
const task = { config, data, datasetDigest: 'd', resumeFrom: null, spent: null };
const host = tinyHost(await onnx.activate({ device: 'cpu', threads: 1 }));
const events: string[] = [];
try {
  for await (const { type } of pretrain(task, host)) events.push(type);
  console.log(JSON.stringify({ events, message: '', hint: '' }));
} catch (cause) {
  const { message, hint } = cause as { readonly message: string; readonly hint?: string };
  console.log(JSON.stringify({ events, message, hint }));
}
