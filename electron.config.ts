import { defineConfig } from 'electron-vite';
import renderer from './renderer/vite.config.ts';

/** The desktop app in three bundles: main with its processes and threads, the preload (one CommonJS file for the sandbox), the renderer. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          index: 'main/index.ts',
          trainer: 'main/trainer/index.ts',
          batchWorker: 'main/trainer/batchWorker.ts',
          dataWorker: 'main/data/worker.ts',
          auditsWorker: 'main/audits/worker.ts',
          serve: 'main/serve/cli.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can load nothing but Electron: everything else is inside.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...renderer,
    build: { ...renderer.build, rolldownOptions: { input: 'renderer/index.html' } },
  },
});
