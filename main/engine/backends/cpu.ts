import * as tf from '@tensorflow/tfjs';
import { eagerEngine } from '../eagerEngine.ts';
import type { EngineEntry } from '../engine.ts';

/** tfjs's own JavaScript kernels: the reference that tests compare with, about 500 times slower than `onnx`; never chosen silently. */
export const cpu: EngineEntry = {
  id: 'cpu',
  title: 'JavaScript reference',
  summary:
    'TensorFlow.js’s own kernels in plain JavaScript: the slow reference for tests, some 500 times slower than ONNX Runtime.',
  probe: async () => ({
    id: 'cpu',
    title: cpu.title,
    version: tf.version.tfjs,
    works: true,
    devices: [{ id: 'cpu', name: 'One thread of JavaScript', works: true, missing: '' }],
    missing: '',
    howToGet: '',
  }),
  activate: () => eagerEngine('cpu', 'cpu', 'cpu'),
};
