/** Searches everything that the tests of a file used for every secret that passed by. Setup of the tests in browsers; nothing imports it. */
import { afterAll, expect } from 'vitest';
import { findSecrets, watchSecrets } from './secret-search.ts';

watchSecrets();

// Registered after setup-processes.ts, so it runs before that ends what is looked into.
afterAll(async () => {
  expect(await findSecrets(), 'Secrets where they must not be (test/support/secrets.ts)').toEqual([]);
});
