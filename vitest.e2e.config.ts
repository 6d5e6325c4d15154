import { defineConfig } from 'vitest/config';
import './test/support/testKey.ts';

/** The whole house in a real browser: two test files at a time, each with a server, a workspace and a browser of its own. */
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/support/builtPages.ts'],
    maxWorkers: 2,
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
