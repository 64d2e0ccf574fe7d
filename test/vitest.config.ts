/**
 * Owns which tests exist and where each kind runs. How the whole is run, and what must be installed, is test/run.ts.
 *
 * Kinds go from cheap to dear: pure code, storage contracts, parts together, whole browsers. The dear ones come last.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

const root = fileURLToPath(new URL('..', import.meta.url));
// Vitest's interop touches the default export of @vercel/kv, a proxy that throws when its environment variables are missing.
const deps = { interopDefault: false };
const setupFiles = ['test/support/setup-processes.ts'];
const globalSetup = ['test/support/setup-build.ts'];

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/extension/**'],
          setupFiles,
          deps,
        },
      },
      {
        root,
        plugins: [WxtVitest()],
        test: {
          name: 'extension',
          environment: 'happy-dom',
          include: ['test/unit/extension/**/*.test.{ts,tsx}'],
          setupFiles: ['test/support/setup-extension.ts'],
        },
      },
      {
        root,
        test: {
          name: 'contract',
          environment: 'node',
          include: ['test/contract/**/*.test.ts'],
          setupFiles,
          deps,
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        root,
        test: {
          name: 'integration',
          environment: 'node',
          include: ['test/integration/**/*.test.ts'],
          setupFiles,
          globalSetup,
          deps,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      {
        root,
        test: {
          name: 'faults',
          environment: 'node',
          include: ['test/faults/**/*.test.ts', 'test/model/**/*.test.ts'],
          setupFiles,
          globalSetup,
          deps,
          testTimeout: 60_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: [...setupFiles, 'test/support/setup-secrets.ts'],
          globalSetup,
          deps,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Browsers share two cores with what they talk to: one file at a time, after everything else.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
