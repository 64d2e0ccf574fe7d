/**
 * Proves by random walks that whatever happens to a session, in whatever order: no act runs twice, no answer reaches another's call, an end
 * stays an end, nothing is stored for ever, and an outage is never told as a missing session. As long as wanted: `npm run soak`.
 */
import { describe, expect, it } from 'vitest';
import { walk } from '../support/model-walk.ts';
import { openWorld, type StoreKind } from '../support/model-world.ts';

const SEEDS = { kv: 10, embedded: 6 };

describe.each(Object.entries(SEEDS) as [StoreKind, number][])('two processes on a store of the kind %s', (kind, seeds) => {
  it(`keep their promises on ${seeds} walks`, { timeout: 180_000 }, async () => {
    const world = await openWorld(kind);
    let executions = 0;
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= seeds; seed++) {
      const report = await walk(world, seed);
      executions += report.executions;
      for (const outcome of Object.keys(report.outcomes)) outcomes.add(outcome);
    }
    // That they were as hard as they say.
    expect(executions).toBeGreaterThan(seeds * 2);
    expect(outcomes).toContain('done');
    // Which of the others come is a matter of timing.
    expect(outcomes.size).toBeGreaterThan(1);
  });
});
