/**
 * `npm run setup:tensorflow -- --from <folder of an installed tensorflow wheel>`: builds the native binding of
 * `@tensorflow/tfjs-node-gpu` against a modern TensorFlow, because the library that the package itself would download (2.9.1, CUDA 11.2)
 * has no kernels for newer GPUs. Downloads nothing. Needs a C++ compiler; run it again after `npm ci`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = 'usage: npm run setup:tensorflow -- --from <site-packages>/tensorflow [--compiler g++]';

/** What stands in the way, as one sentence with what to do; null if nothing. */
function obstacle(wheel: string, headers: string, addon: string | null): string | null {
  if (process.platform !== 'linux')
    return 'Building against a wheel is known for Linux only; elsewhere use: npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false.';
  if (addon === null)
    return 'The optional package @tensorflow/tfjs-node-gpu is not installed: run npm ci with optional dependencies.';
  for (const file of [
    'include/tensorflow/c/eager/c_api.h',
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
  ]) {
    if (!existsSync(join(wheel, file)))
      return `${join(wheel, file)} is missing: --from must name the tensorflow folder inside site-packages of a Python with tensorflow or tensorflow-cpu.`;
  }
  if (!existsSync(join(headers, 'node_api.h')))
    return `${join(headers, 'node_api.h')} is missing: run this with the Node that npm ci installed (npm run setup:tensorflow does).`;
  return null;
}

/** Folder of the installed package, or null where npm left it out. */
function addonFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
  } catch {
    return null;
  }
}

/** Compiles the binding's two files; answers the compiler's exit code. */
function compile(compiler: string, wheel: string, headers: string, addon: string): number {
  const folder = join(addon, 'lib', 'napi-v8');
  mkdirSync(folder, { recursive: true });
  const target = join(folder, 'tfjs_binding.node');
  const fresh = `${target}.new`;
  const result = spawnSync(
    compiler,
    [
      '-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', `-I${addon}`, `-I${join(wheel, 'include')}`, `-I${headers}`,
      join(addon, 'binding', 'tfjs_backend.cc'), join(addon, 'binding', 'tfjs_binding.cc'),
      `-L${wheel}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${wheel}`, '-o', fresh,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  ); // prettier-ignore
  if (result.error) console.error(`${compiler} could not be started: ${result.error.message}`);
  if (result.status === 0) renameSync(fresh, target);
  return result.status ?? 1;
}

const { values } = parseArgs({
  options: { from: { type: 'string' }, compiler: { type: 'string', default: 'g++' } },
});
if (values.from === undefined) {
  console.error(USAGE);
  process.exit(2);
}
const wheel = resolve(values.from);
const headers = join(dirname(process.execPath), '..', 'include', 'node');
const addon = addonFolder();
const problem = obstacle(wheel, headers, addon);
if (problem !== null || addon === null) {
  console.error(problem);
  process.exit(1);
}
console.log(`Building the binding of @tensorflow/tfjs-node-gpu against ${wheel} ...`);
process.exitCode = compile(values.compiler, wheel, headers, addon);
if (process.exitCode === 0)
  console.log('Built. `npm run -s pretext -- doctor` now lists the engine tensorflow.');
