import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', 'test/electron/**'], pool: 'forks', testTimeout: 60_000 },
});
