/**
 * Owns an act that takes several requests: a stateless server answers with what it wants to know, and the call is sent again with the answers.
 * Each round has a key that follows from the first, so that whoever takes the act up again sends no round twice.
 * Source: MCP 2026-07-28, Multi round-trip requests.
 */
import { t } from '../platform/i18n.ts';
import type { ToolResult } from './mcp-connection.ts';
import { pause } from './pause.ts';

const ROUND = /^(.+)_(\d{1,3})$/;
/** Rounds in which a server wants nothing but another request, one after the other. Source: the official client's own limit. */
const MAX_EMPTY_ROUNDS = 10;
const EMPTY_ROUND_PAUSE_MS = 250;
/** Questions of one round: nobody answers more of them at once. */
const MAX_INPUTS = 50;

/** Returns the key that the act began with. */
export const keyOfAct = (key: string): string => ROUND.exec(key)?.[1] ?? key;

export function keyOfNextRound(key: string): string {
  const [, act = key, round = '1'] = ROUND.exec(key) ?? [];
  return `${act}_${Number(round) + 1}`;
}

/** Tells whether a result is none yet: the server waits for answers. */
export const awaitsAnswers = ({ resultType }: ToolResult): boolean => resultType === 'input_required';

/** What a server wants to know, as it came. */
export type Input = { key: string; method: string; params: unknown };

export type Round = {
  /** Sends the call under a key, with the answers of the round before. */
  send: (key: string, given: { inputResponses?: object; requestState?: string }) => Promise<ToolResult>;
  /** Returns the answer to one question of a round; the signal tells that nobody waits for it any more. */
  answer: (input: Input, key: string, signal: AbortSignal) => Promise<unknown>;
  /** Told that nothing is under way until the questions are answered. */
  onWait: () => void;
};

/**
 * Sends a call until the server has all that it wants to know.
 *
 * @param kept What the server has answered before under this key: the call goes on from there.
 * @throws What `send` and `answer` throw; the signal's reason.
 */
export async function sendRounds(
  first: { key: string; kept: ToolResult | undefined },
  { send, answer, onWait }: Round,
  signal: AbortSignal,
): Promise<ToolResult> {
  let { key } = first;
  let result = first.kept ?? (await send(key, {}));
  for (let emptyRounds = 0; awaitsAnswers(result); ) {
    onWait();
    const { inputRequests, requestState } = result;
    const inputs = readInputs(inputRequests);
    if (inputs.length > MAX_INPUTS) throw new Error(t('error_tooManyInputs', inputs.length));
    emptyRounds = inputs.length === 0 ? emptyRounds + 1 : 0;
    if (emptyRounds > MAX_EMPTY_ROUNDS) throw new Error(t('error_roundsWithoutEnd', MAX_EMPTY_ROUNDS));
    if (inputs.length === 0) await pause(EMPTY_ROUND_PAUSE_MS, signal);
    const inputResponses = await answerAll(inputs, key, answer, signal);
    key = keyOfNextRound(key);
    result = await send(key, {
      ...(inputs.length > 0 && { inputResponses }),
      ...(typeof requestState === 'string' && { requestState }),
    });
  }
  return result;
}

/** Where one question fails, the others are asked no longer. */
async function answerAll(inputs: readonly Input[], key: string, answer: Round['answer'], signal: AbortSignal): Promise<object> {
  const round = new AbortController();
  const either = AbortSignal.any([signal, round.signal]);
  try {
    const responses = await Promise.all(inputs.map(async (input) => [input.key, await answer(input, key, either)] as const));
    signal.throwIfAborted();
    return Object.fromEntries(responses);
  } catch (error) {
    round.abort(error);
    throw error;
  }
}

function readInputs(inputRequests: unknown): Input[] {
  if (typeof inputRequests !== 'object' || inputRequests === null) return [];
  return Object.entries(inputRequests).map(([key, request]) => {
    const { method, params } = (request ?? {}) as { method?: unknown; params?: unknown };
    return { key, method: String(method), params };
  });
}
