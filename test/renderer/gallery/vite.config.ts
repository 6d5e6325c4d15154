import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Serves the gallery with the renderer's sources beside it. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
  server: { fs: { allow: ['../../..'] } },
});
