/** Owns the answers that a person gives to a server's question, and what is kept of one that is being written. Pure. */
import { type AnswerBody, QUESTION_NOT_SHOWN, SAMPLING_REJECTED } from '../../../shared/question-contract.ts';
import { type Draft, parseDraft } from '../schema-form/draft.ts';
import { isJsonObject, type JsonObject } from '../schema-form/json-value.ts';
import type { Ask, SamplingAsk } from './ask.ts';

/** accept: with what is asked for · decline: no · cancel: no answer, the question was put away. Source: MCP 2025-11-25, Elicitation. */
export type Act = 'accept' | 'decline' | 'cancel';

/** What is written so far; each kind of question uses its own part. */
export type AnswerDraft = {
  form?: Draft;
  reply?: Reply;
};
export type Reply = {
  text: string;
  /** Who answers: a server may want to know. */
  model: string;
  /** Name of the tool that is called instead of an answer in words, and its arguments as JSON text. */
  tool?: string;
  input?: string;
};

/** Who answers, where a person does. */
export const BY_HAND = 'human';
export const EMPTY_REPLY: Reply = { text: '', model: BY_HAND };

export const acceptForm = (content: JsonObject): AnswerBody => ({ result: { action: 'accept', content } });
export const acceptUrl: AnswerBody = { result: { action: 'accept' } };

/** Returns what refuses a question. */
export function refuse(ask: Ask, act: 'decline' | 'cancel'): AnswerBody {
  if (ask.kind === 'form' || ask.kind === 'url') return { result: { action: act } };
  if (ask.kind === 'sampling') return { error: SAMPLING_REJECTED };
  if (ask.kind === 'unreadable' && ask.method === 'elicitation/create') return { result: { action: act } };
  return { error: QUESTION_NOT_SHOWN };
}

/** empty: nothing to send yet · unreadable: the arguments of the tool are no JSON object. */
export type ReplyVerdict = { kind: 'ok'; body: AnswerBody } | { kind: 'empty' | 'unreadable' };

/** Returns the message that a reply stands for. */
export function toSampled({ text, model, tool, input = '' }: Reply, { tools }: Pick<SamplingAsk, 'tools'>, id: string): ReplyVerdict {
  const shared = { role: 'assistant', model: model.trim() === '' ? BY_HAND : model.trim() };
  const words = text.trim() === '' ? undefined : { type: 'text', text };
  if (tool === undefined || !tools.some(({ name }) => name === tool)) {
    if (words === undefined) return { kind: 'empty' };
    return { kind: 'ok', body: { result: { ...shared, content: words, stopReason: 'endTurn' } } };
  }
  const given = parseObject(input);
  if (given === undefined) return { kind: 'unreadable' };
  const call = { type: 'tool_use', id, name: tool, input: given };
  return { kind: 'ok', body: { result: { ...shared, content: words ? [words, call] : [call], stopReason: 'toolUse' } } };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Makes what was stored usable, whatever it is. Total. */
export function parseAnswerDraft(stored: unknown): AnswerDraft {
  if (!isJsonObject(stored)) return {};
  const form = parseDraft(stored['form']);
  const { reply } = stored;
  if (!isJsonObject(reply)) return form ? { form } : {};
  const { text, model, tool, input } = reply;
  return {
    ...(form && { form }),
    reply: {
      text: typeof text === 'string' ? text : '',
      model: typeof model === 'string' ? model : BY_HAND,
      ...(typeof tool === 'string' && { tool }),
      ...(typeof input === 'string' && { input }),
    },
  };
}
