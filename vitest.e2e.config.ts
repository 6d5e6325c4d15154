import { defineConfig } from 'vitest/config';
import './test/support/testKey.ts';

/** The whole house in a real browser: one test file at a time, each with a server and a workspace of its own. */
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/support/builtPages.ts'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
