/** Ends every process that the tests of a file started, also when they failed. Setup of the tests in Node; nothing imports it. */
import { afterAll } from 'vitest';
import { endChildren } from '../../api/_local/children.ts';

afterAll(endChildren);
