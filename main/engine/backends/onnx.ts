import { createRequire } from 'node:module';
import { AppError } from '../../../preload/contract/errors.ts';
import type { Device, StateStore } from '../../compiler/index.ts';
import type { DeviceReport, EngineReport } from '../../../preload/contract/vocabulary.ts';
import { explaining } from '../engineFailure.ts';
import type { Engine, EngineEntry, EngineOptions, EngineState } from '../engine.ts';
import type { HostTensors } from '../method.ts';

const TITLE = 'ONNX Runtime';
/** Looked up here, loaded by the compiler alone. */
const PACKAGE = 'onnxruntime-node';

interface KnownDevice {
  readonly id: Device;
  readonly name: string;
  /** Platforms whose package can hold it; all if left out. */
  readonly platforms?: readonly string[];
  /** File that the package must hold for it; asking for a device whose library is absent prints errors. */
  readonly library?: string;
  /** What to do if it does not work. */
  readonly missing: string;
}

/** The devices that the package can be asked for, in the order of preference. */
const DEVICES: readonly KnownDevice[] = [
  { id: 'cpu', name: 'Processor', missing: 'Run npm ci again.' },
  {
    id: 'cuda',
    name: 'NVIDIA graphics card through CUDA',
    platforms: ['linux', 'win32'],
    library:
      process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so',
    missing:
      'ONNX Runtime’s CUDA libraries are not there. With a card, its driver and CUDA 12: node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12',
  },
  {
    id: 'dml',
    name: 'Graphics card through DirectML',
    platforms: ['win32'],
    missing: 'No card with Direct3D 12 answered. Install its driver.',
  },
  {
    id: 'coreml',
    name: 'Apple Neural Engine and graphics through Core ML',
    platforms: ['darwin'],
    missing: 'Core ML did not answer.',
  },
  {
    id: 'webgpu',
    name: 'Graphics card through WebGPU',
    missing:
      'No graphics driver answered (Vulkan, Metal or Direct3D 12). Install the card’s driver, on Linux also the Vulkan loader (libvulkan1).',
  },
];

/** Not named `require`: bundlers put one of that name into every file. */
const packages = createRequire(import.meta.url);

function isThere(library: string | undefined): boolean {
  if (library === undefined) return true;
  try {
    packages.resolve(`${PACKAGE}/bin/napi-v6/${process.platform}/${process.arch}/${library}`);
    return true;
  } catch {
    return false;
  }
}

function devicesHere(): readonly KnownDevice[] {
  return DEVICES.filter(({ platforms }) => platforms?.includes(process.platform) ?? true);
}

class CompiledState implements EngineState {
  readonly store: StateStore;

  constructor(store: StateStore) {
    this.store = store;
  }

  read(): Promise<HostTensors> {
    return this.store.read();
  }

  write(values: HostTensors): Promise<void> {
    return this.store.write(values);
  }

  dispose(): void {
    this.store.dispose();
  }
}

async function activate({ device, threads, inspect }: EngineOptions): Promise<Engine> {
  const known = devicesHere().find((candidate) => candidate.id === device);
  if (!known)
    throw new AppError({
      code: 'engine',
      message: `Engine onnx has no device ${device}.`,
      hint: `Devices: ${devicesHere()
        .map(({ id }) => id)
        .join(', ')}. See: pretext doctor.`,
    });
  const compiler = await import('../../compiler/index.ts');
  return explaining({
    id: 'onnx',
    device,
    createState: async (values) => new CompiledState(compiler.StateStore.from(values)),
    compile: async (step, signature, name) => {
      const options = {
        name,
        device: known.id,
        ...(threads > 0 ? { threads } : {}),
        ...(inspect ? { inspect } : {}),
      };
      const compiled = await compiler.compileStep(step, signature, options);
      return {
        name,
        flops: compiled.report.flops,
        run: (state, inputs) => compiled.run((state as CompiledState).store, inputs),
        dispose: () => compiled.dispose(),
      };
    },
    dispose: async () => {},
  });
}

/** Whether a device that may be there answers, only a trial tells: the doctor runs one, and then clears `missing`. */
async function probe(): Promise<EngineReport> {
  try {
    const { version } = packages(`${PACKAGE}/package.json`) as { version: string };
    const devices = devicesHere().map(({ id, name, missing, library }): DeviceReport => ({
      id,
      name,
      works: isThere(library),
      missing,
    }));
    return { id: 'onnx', title: TITLE, version, works: true, devices, missing: '', howToGet: '' };
  } catch (cause) {
    return {
      id: 'onnx',
      title: TITLE,
      version: null,
      works: false,
      devices: [],
      missing: `onnxruntime-node could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      howToGet: 'Run npm ci again; the package carries its native library.',
    };
  }
}

/** The default engine: the step is recorded once and run as one graph by ONNX Runtime. */
export const onnx: EngineEntry = {
  id: 'onnx',
  title: TITLE,
  summary:
    'Records each training step once and runs it as one graph; installed with the app, nothing to set up.',
  probe,
  activate,
};
