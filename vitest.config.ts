import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    /** Processes, not threads: tests open sockets, take file locks and end child processes. */
    pool: 'forks',
    /** Most of the time goes by waiting for disks, sockets and children: a core need not be left free for that. */
    maxWorkers: Math.max(2, availableParallelism() - 1),
    /** Tests that wait for a real disk or a child process share their cores with other work. */
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
