/** Ends all that the tests of a file started, also when they failed. Setup of the tests in Node; nothing imports it. */
import { afterAll } from 'vitest';
import { endEverything } from './at-end.ts';

afterAll(endEverything);
