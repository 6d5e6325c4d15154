import { globSync } from 'node:fs';
import { join } from 'node:path';

import type { Plugin } from 'vite';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '../../..');
const CORE = join(ROOT, 'node_modules/@tensorflow/tfjs-core/dist');
const ENTRY = 'conformance-entry';

/** Test files of TensorFlow.js that are about operators, by path inside tfjs-core's `dist`. */
export function operatorTests(): string[] {
  return globSync('ops/**/*_test.js', { cwd: CORE })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

/** The module that shards load: the backend, TensorFlow.js's test environments, and every test file on demand. */
function entry(): string {
  const files = operatorTests().map(
    (file) => `  ${JSON.stringify(file)}: () => import(${JSON.stringify(join(CORE, file))}),`,
  );
  return [
    `export * as tf from '@tensorflow/tfjs';`,
    `export { registerBackend } from ${JSON.stringify(join(ROOT, 'main/compiler/index.ts'))};`,
    `export { setTestEnvs } from ${JSON.stringify(join(CORE, 'jasmine_util.js'))};`,
    `export const files = {\n${files.join('\n')}\n};`,
  ].join('\n');
}

/** Serves the entry, and the part of jasmine-core that tfjs's tests ask for by a path its package no longer exports. */
const virtualModules: Plugin = {
  name: 'conformance',
  enforce: 'pre',
  resolveId: (id) =>
    id === ENTRY || id === 'jasmine-core/lib/jasmine-core/jasmine.js' ? `\0${id}` : undefined,
  load(id) {
    if (id === `\0${ENTRY}`) return entry();
    if (id === '\0jasmine-core/lib/jasmine-core/jasmine.js')
      return 'export const core = () => globalThis.jasmine;';
    return undefined;
  },
};

/**
 * Bundles the tests with the compiler, because tfjs publishes its tests as modules without file extensions, which
 * only a bundler finds; one copy of tfjs-core serves both. Writes into `folder`, answers the path to import.
 */
export async function bundleTests(folder: string): Promise<string> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [virtualModules],
    resolve: { mainFields: ['module', 'main'] },
    ssr: { noExternal: true, external: ['onnxruntime-node', 'onnxruntime-common', 'protobufjs'] },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      sourcemap: false,
      target: 'node24',
      rolldownOptions: {
        input: { tests: ENTRY },
        // tfjs-core does not list its tests among the modules with side effects.
        treeshake: false,
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
  });
  return join(folder, 'tests.mjs');
}
