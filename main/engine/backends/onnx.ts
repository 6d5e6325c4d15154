import { AppError } from '../../../preload/contract/errors.ts';
import type { DeviceReport, EngineReport } from '../../../preload/contract/vocabulary.ts';
import type { Engine, EngineEntry, EngineState } from '../engine.ts';
import type { HostTensors } from '../method.ts';

type Store = import('../../compiler/index.ts').StateStore;
type Device = import('../../compiler/index.ts').Device;

const TITLE = 'ONNX Runtime';

/** The devices that this release of the package can be asked for, in the order of preference. */
const DEVICES: readonly { readonly id: Device; readonly name: string; readonly missing: string }[] = [
  { id: 'cpu', name: 'Processor', missing: '' },
  {
    id: 'webgpu',
    name: 'Graphics card through WebGPU',
    missing: 'No graphics driver answered (Vulkan, Metal or Direct3D 12). Install the card’s driver.',
  },
];

class CompiledState implements EngineState {
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  read(): Promise<HostTensors> {
    return this.store.read();
  }

  write(values: HostTensors): Promise<void> {
    return this.store.write(values);
  }

  dispose(): void {}
}

async function activate(device: string, threads: number): Promise<Engine> {
  const known = DEVICES.find((candidate) => candidate.id === device);
  if (!known)
    throw new AppError({
      code: 'engine',
      message: `Engine onnx has no device ${device}.`,
      hint: `Devices: ${DEVICES.map(({ id }) => id).join(', ')}. See: pretext doctor.`,
    });
  const { compileStep, StateStore } = await import('../../compiler/index.ts');
  return {
    id: 'onnx',
    device,
    createState: async (values) => new CompiledState(StateStore.from(values)),
    compile: async (step, signature, name) => {
      const options = { name, device: known.id, ...(threads > 0 ? { threads } : {}) };
      const compiled = await compileStep(step, signature, options);
      return {
        name,
        flops: compiled.report.flops,
        run: (state, inputs) => compiled.run((state as CompiledState).store, inputs),
        dispose: () => compiled.dispose(),
      };
    },
    dispose: async () => {},
  };
}

async function probe(): Promise<EngineReport> {
  try {
    const { createRequire } = await import('node:module');
    const require = createRequire(import.meta.url);
    const { version } = require('onnxruntime-node/package.json') as { version: string };
    const devices = DEVICES.map(({ id, name }): DeviceReport => ({ id, name, works: true, missing: '' }));
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
  activate: ({ device, threads }) => activate(device, threads),
};
