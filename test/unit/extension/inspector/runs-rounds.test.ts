/** Proves how a run goes on that a stateless server answered with questions: cancelled while nothing is under way, and taken up by the next panel. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import {
  type CallWatch,
  type McpConnection,
  type Outcome,
  PANEL_LEFT,
  type ToolResult,
} from '../../../../extension/gateway/mcp-connection.ts';
import { loadActs, saveAct } from '../../../../extension/platform/stored-acts.ts';
import { aCall, ENDED, failed, openRuns, RESULT, SESSION } from '../../../support/open-runs.ts';

const QUESTIONS: ToolResult = { resultType: 'input_required', inputRequests: {} };
const STORED = { key: 'key-here', tool: 'slow', arguments: { a: 1 }, startedAt: new Date().toISOString() };

beforeEach(() => fakeBrowser.reset());

/** A call that is answered when it is told to, or stopped; and what it was sent with. */
function answerLater() {
  const went: { key: string; sent: unknown; kept: unknown; watch: CallWatch; signal: AbortSignal | undefined }[] = [];
  const answer = Promise.withResolvers<Outcome<ToolResult>>();
  const callTool: McpConnection['callTool'] = (key, sent, watch, signal, kept) => {
    went.push({ key, sent, kept, watch, signal });
    signal?.addEventListener('abort', () => answer.resolve(failed({ kind: 'cancelled' })));
    return answer.promise;
  };
  return { went, callTool, answer };
}

describe('a run that a stateless server answered with questions', () => {
  it('goes on in the next panel, with the arguments that this browser sent', async () => {
    const went: unknown[] = [];
    const { restore, calls, shown } = openRuns({
      callTool: async (key, sent, _watch, _signal, kept) => {
        went.push([key, sent, kept]);
        return { kind: 'done', value: RESULT };
      },
    });
    await saveAct(SESSION, { key: 'key-here', tool: 'slow', arguments: { a: 1 }, startedAt: new Date().toISOString() }, []);
    calls.push(aCall({ key: 'key-here_2', state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: QUESTIONS } }));
    await restore();
    await expect.poll(shown).toMatchObject({ kind: 'done', key: 'key-here', arguments: { a: 1 }, result: RESULT });
    const sent = { name: 'slow', arguments: { a: 1 }, inputSchema: { title: 'Arguments of slow' } };
    expect(went).toEqual([['key-here_2', sent, QUESTIONS]]);
    await expect.poll(() => loadActs(SESSION)).toEqual([]);
  });

  it('goes on too where it was still running when that panel opened', async () => {
    const { went, callTool } = answerLater();
    const { restore, calls, followed, shown } = openRuns({ callTool });
    await saveAct(SESSION, STORED, []);
    calls.push(aCall({ key: 'key-here' }));
    await restore();
    followed[0]?.end({ kind: 'done', value: QUESTIONS });
    await expect.poll(() => went.length).toBe(1);
    expect(went[0]).toMatchObject({ key: 'key-here', sent: { name: 'slow', arguments: { a: 1 } }, kept: QUESTIONS });
    expect(shown()).toMatchObject({ kind: 'running' });
    expect(await loadActs(SESSION)).toEqual([STORED]);
  });

  it('is left to the device that sent it where nobody here knows its arguments', async () => {
    const { restore, calls, shown } = openRuns({ callTool: async () => expect.unreachable() });
    calls.push(aCall({ state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: QUESTIONS } }));
    await restore();
    expect(shown()).toMatchObject({ kind: 'done', device: 'Laptop', result: QUESTIONS });
  });

  it('is cancelled here while it waits for answers, and at the backend, by the round that runs, before and after', async () => {
    const { went, callTool } = answerLater();
    const { restore, calls, cancelled, shown } = openRuns({ callTool });
    await saveAct(SESSION, STORED, []);
    calls.push(aCall({ key: 'key-here', state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: QUESTIONS } }));
    await restore();
    const cancel = () => {
      const run = shown();
      if (run?.kind === 'running') run.cancel();
    };
    await expect.poll(() => went.length).toBe(1);
    went[0]?.watch.onRound?.('key-here_2');
    cancel();
    expect(cancelled).toEqual(['key-here_2']);
    went[0]?.watch.onRound?.(undefined);
    cancel();
    expect(cancelled).toEqual(['key-here_2']);
    await expect.poll(shown).toMatchObject({ kind: 'failed', failure: { kind: 'cancelled' } });
    expect(await loadActs(SESSION)).toEqual([]);
  });

  it('is not cancelled by the panel that goes', async () => {
    const { went, callTool } = answerLater();
    const { restore, calls, leave } = openRuns({ callTool });
    await saveAct(SESSION, STORED, []);
    calls.push(aCall({ key: 'key-here', state: 'done', settledAt: ENDED, response: { jsonrpc: '2.0', id: 1, result: QUESTIONS } }));
    await restore();
    await expect.poll(() => went.length).toBe(1);
    leave();
    expect(went[0]?.signal?.reason).toBe(PANEL_LEFT);
    expect(await loadActs(SESSION)).toEqual([STORED]);
  });
});
