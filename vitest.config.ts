import { defineConfig } from 'vitest/config';

/** Three projects, because their needs differ: `unit` needs nothing, `lab` needs namespaces, `e2e` needs a browser too. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.lab.test.ts', 'node_modules'],
        },
      },
      {
        test: {
          name: 'lab',
          include: ['server/**/*.lab.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
