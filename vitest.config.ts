import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * On a shared machine a test can meet a pause that has nothing to do with what it tests. CI tries such a test twice, and
 * names at the end what needed the second try (`tools/run/second-try.mjs`): a test to mend.
 */
const retry = process.env['CI'] === undefined ? 0 : 1;

// A data folder that others may write to is refused, so tests create folders and files as most systems do, whatever our own umask.
process.umask(0o022);

/** Projects, because their needs differ: `unit` and `soak` need nothing (soak takes long), `lab` needs namespaces, `e2e` a browser too. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          retry,
          // Loading the modules anew for each file took as long as the tests.
          isolate: false,
          include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.lab.test.ts', '**/*.soak.test.ts', 'node_modules'],
          // Many tests wait.
          maxWorkers: availableParallelism() + 1,
          // On two shared processors a test of one second may take ten.
          testTimeout: 20_000,
          hookTimeout: 20_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'soak',
          include: ['server/**/*.soak.test.ts', 'src/**/*.soak.test.ts'],
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          retry,
          isolate: false,
          include: ['server/**/*.lab.test.ts'],
          // Each file has a lab of its own, and waits for it half of the time.
          maxWorkers: availableParallelism() + 1,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          // Loading the modules anew for each file took as long as starting the browser, which files share.
          isolate: false,
          include: ['e2e/**/*.e2e.test.ts'],
          globalSetup: 'e2e/fixtures/workerLabs.ts',
          // Each has a browser and a lab, which its files share.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
