import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import type { EngineReport } from '../../../preload/contract/vocabulary.ts';
import { eagerEngine } from '../eagerEngine.ts';
import type { EngineEntry } from '../engine.ts';

const TITLE = 'TensorFlow';
const HOW_TO_GET =
  'npm run setup:tensorflow -- --from <site-packages>/tensorflow builds the native library against an installed TensorFlow; everything works without it on engine onnx.';
/** The package with CUDA first; both register the same backend of tfjs. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** Not named `require`: bundlers put one of that name into every file. */
const packages = createRequire(import.meta.url);

/** Node 23 removed one function that the package still calls, and warns of another. */
function putBackRemovedFunctions(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] = (value: unknown): boolean => value === null || value === undefined;
  legacy['isArray'] = Array.isArray;
}

/** What TensorFlow reads when its library is loaded, and never again in the same process. */
function setUp(threads: number): void {
  // It would take all of a card's memory at once, and greet with advice about compiler flags.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  if (threads > 0) process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
}

function versionOf(name: string): string | null {
  try {
    return (packages(`${name}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
}

interface Loaded {
  readonly version: string | null;
  readonly error: string | null;
  /** What runs the kernels: a package for graphics cards falls back to the processor where it finds none. */
  readonly device: 'cpu' | 'cuda';
}

function load(threads: number): Loaded {
  const present = PACKAGES.find((name) => versionOf(name) !== null);
  if (!present)
    return { version: null, error: `Neither ${PACKAGES.join(' nor ')} is installed.`, device: 'cpu' };
  const version = versionOf(present);
  putBackRemovedFunctions();
  setUp(threads);
  try {
    packages(present);
    const { isUsingGpuDevice } = tf.findBackend('tensorflow') as { readonly isUsingGpuDevice?: boolean };
    return { version, error: null, device: isUsingGpuDevice === true ? 'cuda' : 'cpu' };
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
    const error = `${present} is installed, but its native library does not load: ${reason.trim()}`;
    return { version, error, device: 'cpu' };
  }
}

async function probe(): Promise<EngineReport> {
  const { error, version, device } = load(0);
  const works = error === null;
  const name = device === 'cuda' ? 'NVIDIA graphics card through CUDA' : 'Processor';
  return {
    id: 'tensorflow',
    title: TITLE,
    version,
    works,
    devices: [{ id: device, name, works, missing: error ?? '' }],
    missing: error ?? '',
    howToGet: works ? '' : HOW_TO_GET,
  };
}

function otherDevice(wanted: string, device: string): AppError {
  return new AppError({
    code: 'engine',
    message: `Engine tensorflow runs on ${device} here, not on ${wanted}.`,
    hint: `Set engine.device to ${device}; for a graphics card, build the engine against a TensorFlow that has CUDA: ${HOW_TO_GET}`,
  });
}

/** Native TensorFlow through tfjs-node-gpu or tfjs-node, where its native library is present. */
export const tensorflow: EngineEntry = {
  id: 'tensorflow',
  title: TITLE,
  summary: 'Native TensorFlow with CUDA, an optional package whose library must be fetched or built.',
  probe,
  async activate({ device: wanted, threads }) {
    const { error, device } = load(threads);
    if (error !== null) throw new AppError({ code: 'engine', message: error, hint: HOW_TO_GET });
    if (wanted !== device) throw otherDevice(wanted, device);
    return eagerEngine('tensorflow', device, 'tensorflow');
  },
};
