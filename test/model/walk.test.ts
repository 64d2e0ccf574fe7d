/**
 * Proves by random walks that whatever happens to a session, in whatever order: no act runs twice, no answer reaches another's call, an end
 * stays an end, nothing is stored for ever, and an outage is never told as a missing session. As long as wanted: `npm run soak`.
 */
import { describe, expect, it } from 'vitest';
import { playEnds } from '../support/model-script.ts';
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
    // Which of the others come is a matter of timing; that each is seen is the matter of the fixed acts.
    expect(outcomes.size).toBeGreaterThan(1);
  });

  it('see each end that a call can have, and nothing runs twice on the way', async () => {
    expect(await playEnds(await openWorld(kind))).toEqual([
      { name: 'answered', state: 'done', executions: 1, outcomes: ['result'] },
      { name: 'cancelled', state: 'failed', executions: 1, outcomes: ['CALL_CANCELLED'] },
      { name: 'connection broken', state: 'unknown', executions: 1, outcomes: ['CALL_OUTCOME_UNKNOWN'] },
      { name: 'process killed', state: 'unknown', executions: 1, outcomes: ['broken'] },
      { name: 'process killed, stream taken up', state: 'done', executions: 1, outcomes: ['broken', 'result'] },
    ]);
  });
});
