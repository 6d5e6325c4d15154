import { defineConfig } from 'vitest/config';
import './test/support/testKey.ts';

/** The real Electron; skips by name where its binary is absent. */
export default defineConfig({
  test: {
    include: ['test/electron/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
