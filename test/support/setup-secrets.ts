/** Searches everything that the tests of a file used for every secret that passed by. Setup of the tests in browsers; nothing imports it. */
import { afterAll, expect } from 'vitest';
import { endEverything } from './at-end.ts';
import { findSecrets, watchSecrets } from './secret-search.ts';

watchSecrets();

// Registered after setup-processes.ts, so it runs first: what is looked into still runs.
afterAll(async () => {
  try {
    expect(await findSecrets(), 'Secrets where they must not be (test/support/secrets.ts)').toEqual([]);
  } finally {
    // What fails here keeps the hooks after it from running.
    await endEverything();
  }
});
