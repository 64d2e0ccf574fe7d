/** Proves how a call goes on round after round: under which keys, with which answers, and where it ends. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Input, keyOfAct, keyOfNextRound, sendRounds } from '../../../../extension/gateway/call-rounds.ts';
import type { ToolResult } from '../../../../extension/gateway/mcp-connection.ts';

const COMPLETE: ToolResult = { resultType: 'complete', content: [] };
const asks = (inputRequests: unknown, requestState?: unknown): ToolResult => ({
  resultType: 'input_required',
  inputRequests,
  requestState,
});
const form = (message: string) => ({ method: 'elicitation/create', params: { message } });

afterEach(() => vi.useRealTimers());

/** Sends rounds to a server that answers as the list says. */
function setUp(
  answers: ToolResult[],
  { answer = async (input: Input): Promise<unknown> => ({ to: input.key }), kept = undefined as ToolResult | undefined } = {},
) {
  const sent: [key: string, given: object][] = [];
  const stop = new AbortController();
  let waits = 0;
  const round = {
    send: async (key: string, given: object) => {
      sent.push([key, given]);
      return answers.shift() ?? expect.unreachable('one request too many');
    },
    answer: (input: Input, _key: string, signal: AbortSignal) => {
      signals.push(signal);
      return answer(input);
    },
    onWait: () => void waits++,
  };
  const signals: AbortSignal[] = [];
  return { sent, stop, signals, waits: () => waits, outcome: sendRounds({ key: 'act', kept }, round, stop.signal) };
}

describe('the rounds of a call', () => {
  it('are one where the server has all that it needs', async () => {
    const { outcome, sent, waits } = setUp([COMPLETE]);
    expect(await outcome).toBe(COMPLETE);
    expect(sent).toEqual([['act', {}]]);
    expect(waits()).toBe(0);
  });

  it('send what was answered, and the server’s own state as it came, under a key that follows', async () => {
    const { outcome, sent, waits } = setUp([asks({ a: form('A'), b: form('B') }, 'one'), asks({ c: form('C') }), COMPLETE]);
    expect(await outcome).toBe(COMPLETE);
    expect(sent).toEqual([
      ['act', {}],
      ['act_2', { inputResponses: { a: { to: 'a' }, b: { to: 'b' } }, requestState: 'one' }],
      ['act_3', { inputResponses: { c: { to: 'c' } } }],
    ]);
    expect(waits()).toBe(2);
  });

  it('go on from what the server has answered before', async () => {
    const { outcome, sent } = setUp([COMPLETE], { kept: asks({ a: form('A') }) });
    await outcome;
    expect(sent).toEqual([['act_2', { inputResponses: { a: { to: 'a' } } }]]);
  });

  it('end with the first question that fails: the others are asked no longer', async () => {
    const failing = async ({ key }: Input) => {
      if (key === 'a') throw new Error('refused');
      return new Promise(() => {});
    };
    const { outcome, sent, signals } = setUp([asks({ a: form('A'), b: form('B') })], { answer: failing });
    await expect(outcome).rejects.toThrow('refused');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(sent).toHaveLength(1);
  });

  it('end when they are stopped, though the answer comes at the same time', async () => {
    const answered = Promise.withResolvers<unknown>();
    const { outcome, stop, sent } = setUp([asks({ a: form('A') })], { answer: () => answered.promise });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    stop.abort('Cancelled by the user');
    answered.resolve({});
    await expect(outcome).rejects.toBe('Cancelled by the user');
    expect(sent).toHaveLength(1);
  });

  it('are bounded where the server wants nothing but another request', async () => {
    vi.useFakeTimers();
    const { outcome, sent } = setUp(Array.from({ length: 50 }, () => asks(undefined, 'later')));
    const failed = expect(outcome).rejects.toThrow(/10/);
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(sent).toHaveLength(11);
    expect(sent.at(-1)).toEqual(['act_11', { requestState: 'later' }]);
  });

  it('end where the server asks more at once than anybody answers', async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`q${at}`, form('?')]));
    const { outcome, signals } = setUp([asks(many)]);
    await expect(outcome).rejects.toThrow(/51/);
    expect(signals).toEqual([]);
  });

  it.each([null, 7, 'x', []])('ask nothing that is no question: %j', async (inputRequests) => {
    vi.useFakeTimers();
    const { outcome, sent } = setUp([asks(inputRequests, 's'), COMPLETE]);
    await vi.advanceTimersByTimeAsync(1000);
    await outcome;
    expect(sent.at(-1)).toEqual(['act_2', { requestState: 's' }]);
  });
});

it('knows the act by the key of any round', () => {
  expect(['act', 'act_2', 'act_12'].map(keyOfAct)).toEqual(['act', 'act', 'act']);
  expect(['act', 'act_2', 'act_12'].map(keyOfNextRound)).toEqual(['act_2', 'act_3', 'act_13']);
});
