import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** How the renderer is built, wherever it runs: relative addresses, so that a custom protocol and loopback both serve it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [svelte()],
  build: {
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    // Charts, the editor and the fonts are local: a large chunk costs no download.
    chunkSizeWarningLimit: 1500,
  },
});
