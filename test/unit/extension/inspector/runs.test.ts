/** Proves what the panel knows of runs: begun here, found at the backend, cancelled, lost sight of, in doubt; and what it keeps of each act. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import type { CallFailure, CallWatch, Outcome, ToolResult } from '../../../../extension/gateway/mcp-connection.ts';
import { loadActs, type StoredAct, saveAct } from '../../../../extension/platform/stored-acts.ts';
import type { Call } from '../../../../shared/contract.ts';

import { aCall, BEGAN, ENDED, failed, openRuns, RESULT, SESSION } from '../../../support/open-runs.ts';

beforeEach(() => fakeBrowser.reset());

describe('a run that begins here', () => {
  it('is one act: its key is stored before the request leaves, and forgotten when it is known how it ended', async () => {
    const sent: { key: string; call: unknown; stored: unknown }[] = [];
    const { run, shown } = openRuns({
      callTool: async (key, call) => {
        sent.push({ key, call, stored: await loadActs(SESSION) });
        return { kind: 'done', value: RESULT };
      },
    });
    await run('slow', { a: 1 });
    await run('slow', { a: 1 });
    const key = sent[0]?.key;
    expect(sent[0]?.stored).toEqual([{ key, tool: 'slow', arguments: { a: 1 }, startedAt: expect.any(String) }]);
    expect(sent[0]?.call).toEqual({ name: 'slow', arguments: { a: 1 }, inputSchema: { title: 'Arguments of slow' } });
    expect(sent[1]?.key).not.toBe(key);
    expect(shown()).toMatchObject({ kind: 'done', key: sent[1]?.key, result: RESULT });
    expect(await loadActs(SESSION)).toEqual([]);
  });

  it('is one at a time for each tool', async () => {
    let sent = 0;
    const answer = Promise.withResolvers<Outcome<ToolResult>>();
    const { run } = openRuns({
      callTool: async () => {
        sent++;
        return answer.promise;
      },
    });
    const first = run('slow', {});
    await run('slow', {});
    answer.resolve({ kind: 'done', value: RESULT });
    await first;
    expect(sent).toBe(1);
  });

  it('is not sent when its act cannot be stored', async () => {
    const full = async () => {
      throw new Error('QUOTA_BYTES');
    };
    const { run, shown } = openRuns({ callTool: async () => expect.unreachable(), reach: { saveAct: full } });
    await run('slow', {});
    expect(shown()).toMatchObject({ kind: 'failed', isUnsent: true, failure: { kind: 'unexpected' } });
  });

  it('shows progress, and what was last known while nothing is heard', async () => {
    let watch: CallWatch | undefined;
    const answer = Promise.withResolvers<Outcome<ToolResult>>();
    const { run, shown } = openRuns({
      callTool: (_key, _call, heard) => {
        watch = heard;
        return answer.promise;
      },
    });
    const over = run('slow', {});
    await expect.poll(() => watch).toBeDefined();
    watch?.onProgress({ progress: 1, total: 3 });
    watch?.onContact({ kind: 'lost', code: 'STORAGE_UNAVAILABLE' });
    expect(shown()).toMatchObject({ kind: 'running', progress: { progress: 1 }, lost: { code: 'STORAGE_UNAVAILABLE' } });
    watch?.onContact({ kind: 'reached' });
    expect(shown()).not.toHaveProperty('lost');
    expect(shown()).toMatchObject({ kind: 'running', progress: { progress: 1 } });
    answer.resolve({ kind: 'done', value: RESULT });
    await over;
  });

  it('is cancelled at the backend, and stopped here where it has not arrived there', async () => {
    const tried: string[] = [];
    const notThere = async (key: string) => {
      tried.push(key);
      throw new GatewayError('CALL_NOT_FOUND', 'No such call.');
    };
    const { run, shown } = openRuns({
      callTool: (_key, _call, _watch, signal) =>
        new Promise((end) => signal?.addEventListener('abort', () => end(failed({ kind: 'cancelled' })))),
      reach: { cancel: notThere },
    });
    const over = run('slow', {});
    await expect.poll(() => shown()?.kind).toBe('running');
    const running = shown();
    if (running?.kind === 'running') running.cancel();
    await over;
    expect(tried).toEqual([running?.key]);
    expect(shown()).toMatchObject({ kind: 'failed', failure: { kind: 'cancelled' } });
  });

  it('goes on, and says so, when the wish to cancel does not get through', async () => {
    const { run, shown } = openRuns({
      callTool: () => new Promise(() => undefined),
      reach: {
        cancel: async () => {
          throw new GatewayError('BACKEND_UNREACHABLE', 'x');
        },
      },
    });
    void run('slow', {});
    await expect.poll(() => shown()?.kind).toBe('running');
    const running = shown();
    if (running?.kind === 'running') running.cancel();
    await expect.poll(shown).toMatchObject({ kind: 'running', isCancelling: false, cancelFailure: 'BACKEND_UNREACHABLE' });
  });

  it.each<CallFailure>([{ kind: 'interrupted' }, { kind: 'network' }, { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: '' }])(
    'is kept as an act in doubt until the tool is run once more: %j',
    async (failure) => {
      const answers: Outcome<ToolResult>[] = [failed(failure), { kind: 'done', value: RESULT }];
      const { run } = openRuns({ callTool: async () => answers.shift() ?? expect.unreachable() });
      await run('slow', { a: 1 });
      expect(await loadActs(SESSION)).toMatchObject([{ tool: 'slow', arguments: { a: 1 } }]);
      await run('slow', { a: 1 });
      expect(await loadActs(SESSION)).toEqual([]);
    },
  );

  it('stays an act when the panel is closed in mid-call', async () => {
    const { run, leave, shown } = openRuns({ callTool: () => new Promise(() => undefined) });
    void run('slow', { a: 1 });
    await expect.poll(() => shown()?.kind).toBe('running');
    leave();
    expect(await loadActs(SESSION)).toMatchObject([{ tool: 'slow' }]);
  });
});

describe('a call that the backend keeps', () => {
  it('that runs is shown at its tool, followed, cancelled, and ends here', async () => {
    const { calls, restore, followed, cancelled, shown } = openRuns();
    calls.push(aCall({ progress: { progress: 2, total: 5 } }));
    await restore();
    const running = shown();
    expect(running).toMatchObject({
      kind: 'running',
      device: 'Laptop',
      progress: { progress: 2, total: 5 },
      startedAtMs: Date.parse(BEGAN),
    });
    followed[0]?.watch.onProgress({ progress: 3, total: 5 });
    expect(shown()).toMatchObject({ progress: { progress: 3 } });
    if (running?.kind === 'running') running.cancel();
    expect(shown()).toMatchObject({ isCancelling: true });
    await expect.poll(() => cancelled).toEqual(['key-elsewhere']);
    followed[0]?.end({ kind: 'done', value: RESULT });
    await expect.poll(shown).toMatchObject({ kind: 'done', device: 'Laptop', result: RESULT });
  });

  it('is followed once, however often it is found', async () => {
    const { calls, restore, followed } = openRuns();
    calls.push(aCall());
    await restore();
    await restore();
    expect(followed).toHaveLength(1);
  });

  it('that ended while nobody looked is the last result of its tool', async () => {
    const { calls, restore, shown } = openRuns();
    calls.push(aCall({ state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: RESULT } }));
    await restore();
    expect(shown()).toMatchObject({ kind: 'done', device: 'Laptop', durationMs: 3000, endedAtMs: Date.parse(ENDED), result: RESULT });
  });

  it.each<[string, Partial<Call>, CallFailure]>([
    ['lost', { state: 'unknown' }, { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: '' }],
    ['cancelled', { state: 'failed', cancelRequested: true }, { kind: 'cancelled' }],
    [
      'an error',
      { state: 'failed', response: { jsonrpc: '2.0', id: 1, error: { code: -1, message: 'no' } } },
      { kind: 'protocol', code: -1, message: 'no' },
    ],
    [
      'too large to keep',
      { state: 'done', droppedBytes: 300_000 },
      { kind: 'mooring', code: 'RESULT_NOT_KEPT', detail: 'The result has 300,000 bytes.' },
    ],
  ])('says how it ended: %s', async (_, patch, failure) => {
    const { calls, restore, shown } = openRuns();
    calls.push(aCall({ settledAt: ENDED, ...patch }));
    await restore();
    expect(shown()).toMatchObject({ kind: 'failed', failure });
  });

  it('has the arguments where this browser sent it', async () => {
    await saveAct(SESSION, { key: 'key-elsewhere', tool: 'slow', arguments: { a: 1 }, startedAt: new Date().toISOString() }, []);
    const { calls, restore, shown } = openRuns();
    calls.push(aCall({ state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: RESULT } }));
    await restore();
    expect(shown()).toMatchObject({ arguments: { a: 1 } });
    expect(await loadActs(SESSION)).toEqual([]);
  });

  it('does not replace a run that began later', async () => {
    const { calls, restore, run, shown } = openRuns();
    await run('slow', {});
    const own = shown();
    calls.push(aCall({ state: 'done', settledAt: ENDED }), aCall({ key: own?.key ?? '', state: 'done', startedAt: ENDED }));
    await restore();
    expect(shown()).toEqual(own);
  });

  it('settles a run that was in doubt here', async () => {
    const { calls, restore, run, shown } = openRuns({ callTool: async () => failed({ kind: 'interrupted' }) });
    await run('slow', { a: 1 });
    const key = shown()?.key ?? '';
    calls.push(aCall({ key, state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: RESULT } }));
    await restore();
    expect(shown()).toMatchObject({ kind: 'done', key, result: RESULT });
    expect(await loadActs(SESSION)).toEqual([]);
  });
});

describe('an act of this browser', () => {
  const act = { key: 'key-of-act', tool: 'slow', arguments: { a: 1 }, startedAt: new Date().toISOString() };

  it('is the last known state while nobody answers, and comes back by itself', async () => {
    await saveAct(SESSION, act, []);
    const { restore, followed, shown } = openRuns({
      reach: {
        list: async () => {
          throw new GatewayError('STORAGE_UNAVAILABLE', 'x');
        },
      },
    });
    await restore();
    followed[0]?.watch.onContact({ kind: 'lost', code: 'STORAGE_UNAVAILABLE' });
    expect(shown()).toMatchObject({ kind: 'running', key: act.key, arguments: { a: 1 }, lost: { code: 'STORAGE_UNAVAILABLE' } });
    followed[0]?.watch.onContact({ kind: 'reached' });
    followed[0]?.end({ kind: 'done', value: RESULT });
    await expect.poll(shown).toMatchObject({ kind: 'done', result: RESULT });
    await expect.poll(() => loadActs(SESSION)).toEqual([]);
  });

  it('that the backend does not know stays in doubt', async () => {
    await saveAct(SESSION, act, []);
    const { restore, followed, shown } = openRuns();
    await restore();
    followed[0]?.end(failed({ kind: 'mooring', code: 'CALL_NOT_FOUND', detail: '' }));
    await expect.poll(shown).toMatchObject({ kind: 'failed', isUnsent: false });
    expect(await loadActs(SESSION)).toEqual([act]);
  });
});

describe('a run with a time limit', () => {
  const CANCELLED: Outcome<ToolResult> = { kind: 'failed', failure: { kind: 'cancelled' } };

  /** A call that goes on until it is cancelled; what is heard of it is the test's. */
  function setUpSilent(isAsking = () => false) {
    let heard: CallWatch | undefined;
    const ended = Promise.withResolvers<Outcome<ToolResult>>();
    const cancelled: string[] = [];
    const set = openRuns({
      limitMs: 1000,
      callTool: (_key, _call, watch) => {
        heard = watch;
        return ended.promise;
      },
      reach: {
        isAsking,
        cancel: async (key) => {
          cancelled.push(key);
          ended.resolve(CANCELLED);
        },
      },
    });
    return { ...set, cancelled, progress: () => heard?.onProgress({ progress: 1 }), isSent: () => heard !== undefined };
  }

  it('is cancelled once nothing was heard for that long, and says so', async () => {
    vi.useFakeTimers();
    const { run, shown, cancelled } = setUpSilent();
    const done = run('slow', {});
    await vi.advanceTimersByTimeAsync(999);
    expect(cancelled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(cancelled).toHaveLength(1);
    expect(shown()).toMatchObject({ kind: 'failed', failure: { kind: 'timeout', afterMs: 1000 } });
    vi.useRealTimers();
  });

  it('goes on for as long as there is progress, or the user is being asked', async () => {
    vi.useFakeTimers();
    let isAsking = false;
    const { run, cancelled, progress, isSent } = setUpSilent(() => isAsking);
    const done = run('slow', {});
    await vi.advanceTimersByTimeAsync(600);
    expect(isSent()).toBe(true);
    progress();
    await vi.advanceTimersByTimeAsync(900);
    isAsking = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(cancelled).toEqual([]);
    isAsking = false;
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(cancelled).toHaveLength(1);
    vi.useRealTimers();
  });

  it('keeps arguments with a secret out of storage', async () => {
    let stored: StoredAct[] = [];
    const { run } = openRuns({
      callTool: async () => {
        stored = await loadActs(SESSION);
        return { kind: 'done', value: RESULT };
      },
    });
    await run('slow', { token: 'SECRET' }, { isStorable: false });
    expect(stored).toMatchObject([{ tool: 'slow' }]);
    expect(JSON.stringify(stored)).not.toContain('SECRET');
  });
});
