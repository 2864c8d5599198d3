import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    /** Processes, not threads: tests open sockets, take file locks and end child processes. */
    pool: 'forks',
    /** Tests that wait for a real disk or a child process share their cores with other work. */
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
