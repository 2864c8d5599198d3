import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * What only computes: it opens no door and ends no process, so its files follow each other in one process. A process for
 * each file costs 0.4 s of CPU, which is more than most of these tests take.
 */
const COMPUTED = ['engine', 'evidence', 'gate', 'mocks', 'policy', 'promotion', 'stages', 'std'].map(
  (place) => `test/${place}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: COMPUTED } },
      { extends: true, test: { name: 'computed', include: COMPUTED, isolate: false } },
    ],
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
