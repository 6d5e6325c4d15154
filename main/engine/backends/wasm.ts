import { createRequire } from 'node:module';
import { AppError } from '../../../preload/contract/errors.ts';
import { eagerEngine } from '../eagerEngine.ts';
import type { EngineEntry } from '../engine.ts';

const TITLE = 'WebAssembly';
const PACKAGE = '@tensorflow/tfjs-backend-wasm';
const MISSING = `${PACKAGE} is not installed.`;
const HOW_TO_GET = `Run npm install ${PACKAGE}@4.22.0. It cannot train convolutions: it has no gradient of their filters.`;

/** Not named `require`: bundlers put one of that name into every file. */
const packages = createRequire(import.meta.url);

function installedVersion(): string | null {
  try {
    return (packages(`${PACKAGE}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
}

/** tfjs's WebAssembly kernels, for models of matrix products only, where the package is present. */
export const wasm: EngineEntry = {
  id: 'wasm',
  title: TITLE,
  summary: 'TensorFlow.js’s WebAssembly kernels, an optional package for models without convolutions.',
  async probe() {
    const version = installedVersion();
    const works = version !== null;
    return {
      id: 'wasm',
      title: TITLE,
      version,
      works,
      devices: [{ id: 'cpu', name: 'Processor', works, missing: works ? '' : MISSING }],
      missing: works ? '' : MISSING,
      howToGet: works ? '' : HOW_TO_GET,
    };
  },
  async activate() {
    if (installedVersion() === null)
      throw new AppError({ code: 'engine', message: MISSING, hint: HOW_TO_GET });
    packages(PACKAGE);
    return eagerEngine('wasm', 'cpu', 'wasm');
  },
};
