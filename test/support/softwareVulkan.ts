import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Surroundings in which a new process finds a WebGPU device, and what device that is. */
export interface WebGpuDevice {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Takes away what was unpacked for it. */
  remove(): void;
}

/** Where Linux distributions put browsers; each carries SwiftShader, a Vulkan device in software, and Vulkan's loader. */
const BROWSERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const FILES = ['vk_swiftshader_icd.json', 'libvulkan.so.1'] as const;

/**
 * A WebGPU device for tests: SwiftShader of an installed browser or of the one inside an npm package; the machine's own driver where
 * `PRETEXT_WEBGPU=own` says so and on systems other than Linux on x64. Null if there is none.
 */
export async function webGpuDevice(): Promise<WebGpuDevice | null> {
  const own = process.env['PRETEXT_WEBGPU'] === 'own' || process.platform !== 'linux';
  if (own) return { name: 'the machine’s own driver', env: {}, remove: () => {} };
  if (process.arch !== 'x64') return null;
  const installed = BROWSERS.find((folder) => FILES.every((file) => existsSync(join(folder, file))));
  if (installed !== undefined) return inFolder(`SwiftShader in ${installed}`, installed);
  const carried = await unpacked();
  if (carried === null) return null;
  const remove = (): void => rmSync(carried, { recursive: true, force: true });
  return { ...inFolder('SwiftShader in @sparticuz/chromium', carried), remove };
}

function inFolder(name: string, folder: string): WebGpuDevice {
  const path = [folder, process.env['LD_LIBRARY_PATH'] ?? ''].filter((part) => part !== '').join(delimiter);
  // The loader is found by LD_LIBRARY_PATH, which a process reads only when it starts.
  const env = { LD_LIBRARY_PATH: path, VK_ICD_FILENAMES: join(folder, FILES[0]) };
  return { name, env, remove: () => {} };
}

/** A fresh folder with what the npm package carries, or null where the package is absent. */
async function unpacked(): Promise<string | null> {
  const archive = join(import.meta.dirname, '../../node_modules/@sparticuz/chromium/bin/swiftshader.tar.br');
  if (!existsSync(archive)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'pretext-vulkan-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    await inflate(archive);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  const manifest = join(folder, FILES[0]);
  // The package names the library without its folder, which a search in LD_LIBRARY_PATH would not find everywhere.
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace(
      /"\.?\/?libvk_swiftshader\.so"/,
      JSON.stringify(join(folder, 'libvk_swiftshader.so')),
    ),
  );
  return folder;
}
