/** Owns the count of a test run: what counts as passed and what as failed. Pure. */
import * as z from 'zod/mini';

const Report = z.object({
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

export type Outcome = { passed: number; failed: number; remarks: string[] };

/**
 * Counts a run.
 *
 * What could hide a failure counts as one: a file that could not be loaded, a skipped test, a run without tests, an exit code
 * that no failed test explains.
 *
 * @param report The JSON reporter's output; undefined when there is none.
 */
export function countOutcome(report: unknown, exitCode: number | null): Outcome {
  const parsed = Report.safeParse(report);
  if (!parsed.success) return { passed: 0, failed: 1, remarks: ['The tests left no report.'] };
  const outcome: Outcome = { passed: 0, failed: 0, remarks: [] };
  for (const { name, status, assertionResults } of parsed.data.testResults) {
    const count = (wanted: string): number => assertionResults.filter((result) => result.status === wanted).length;
    const passed = count('passed');
    const failed = count('failed');
    const skipped = assertionResults.length - passed - failed;
    outcome.passed += passed;
    outcome.failed += failed + skipped;
    if (skipped > 0) outcome.remarks.push(`${name}: ${skipped} skipped, which counts as failed.`);
    if (status === 'failed' && failed === 0) {
      outcome.failed += 1;
      outcome.remarks.push(`${name}: failed outside of its tests.`);
    }
  }
  if (outcome.passed + outcome.failed === 0) return { passed: 0, failed: 1, remarks: ['No test ran.'] };
  if (exitCode !== 0 && outcome.failed === 0) {
    outcome.failed = 1;
    outcome.remarks.push(`The run ended with exit code ${exitCode} though no test failed: see the errors above.`);
  }
  return outcome;
}
