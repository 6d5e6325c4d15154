import { createRequire } from 'node:module';
import util from 'node:util';
import { AppError } from '../../../preload/contract/errors.ts';
import type { EngineReport } from '../../../preload/contract/vocabulary.ts';
import { eagerEngine } from '../eagerEngine.ts';
import type { EngineEntry } from '../engine.ts';

const TITLE = 'TensorFlow';
const HOW_TO_GET =
  'npm run setup:tensorflow -- --from <site-packages>/tensorflow builds the native library against an installed TensorFlow; everything works without it on engine onnx.';
/** The package with CUDA first; both register the same backend of tfjs. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

const require = createRequire(import.meta.url);

/** Node 23 removed two functions that the native binding's loader still calls. */
function putBackRemovedFunctions(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  legacy['isArray'] ??= Array.isArray;
}

function versionOf(name: string): string | null {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
}

function load(): { readonly name: string; readonly error: string | null; readonly version: string | null } {
  const present = PACKAGES.find((name) => versionOf(name) !== null);
  if (!present) return { name: '', error: `Neither ${PACKAGES.join(' nor ')} is installed.`, version: null };
  putBackRemovedFunctions();
  try {
    require(present);
    return { name: present, error: null, version: versionOf(present) };
  } catch (cause) {
    const first = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
    return {
      name: present,
      version: versionOf(present),
      error: `${present} is installed, but its native library does not load: ${first}`,
    };
  }
}

async function probe(): Promise<EngineReport> {
  const { name, error, version } = load();
  const works = error === null;
  const gpu = name.endsWith('-gpu');
  return {
    id: 'tensorflow',
    title: TITLE,
    version,
    works,
    devices: [
      {
        id: gpu ? 'cuda' : 'cpu',
        name: gpu ? 'Graphics card through CUDA, else processor' : 'Processor',
        works,
        missing: error ?? '',
      },
    ],
    missing: error ?? '',
    howToGet: works ? '' : HOW_TO_GET,
  };
}

/** Native TensorFlow through tfjs-node-gpu or tfjs-node, where its native library is present. */
export const tensorflow: EngineEntry = {
  id: 'tensorflow',
  title: TITLE,
  summary: 'Native TensorFlow with CUDA, an optional package whose library must be fetched or built.',
  probe,
  async activate({ device }) {
    const { error } = load();
    if (error !== null) throw new AppError({ code: 'engine', message: error, hint: HOW_TO_GET });
    return eagerEngine('tensorflow', device, 'tensorflow');
  },
};
