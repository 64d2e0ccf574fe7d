/** Proves that no run counts as passed that isn't. */
import { expect, it } from 'vitest';
import { countOutcome } from '../../support/outcome.ts';

const file = (status: string, ...results: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: results.map((result) => ({ status: result })),
});

it.each([
  ['all passed', { testResults: [file('passed', 'passed', 'passed')] }, 0, 2, 0],
  ['one failed', { testResults: [file('failed', 'passed', 'failed')] }, 1, 1, 1],
  ['one skipped', { testResults: [file('passed', 'passed', 'skipped')] }, 0, 1, 1],
  ['one to be written', { testResults: [file('passed', 'passed', 'todo')] }, 0, 1, 1],
  ['a file that does not load', { testResults: [file('failed'), file('passed', 'passed')] }, 1, 1, 1],
  ['an error outside of the tests', { testResults: [file('passed', 'passed')] }, 1, 1, 1],
  ['a run that was killed', { testResults: [file('passed', 'passed')] }, null, 1, 1],
  ['no test', { testResults: [] }, 0, 0, 1],
  ['no report', undefined, 0, 0, 1],
])('counts %s', (_name, report, exitCode, passed, failed) => {
  expect(countOutcome(report, exitCode)).toMatchObject({ passed, failed });
});
