/** Owns what the browser's own language model is given of a server's request, and what comes back as a draft. */
import { draftWithModel, type ModelAvailability, modelAvailability } from '../../platform/built-in-model.ts';
import { isJsonObject } from '../schema-form/json-value.ts';
import type { SamplingAsk } from './ask.ts';

export type { ModelAvailability };
export const findModel = modelAvailability;

export type Drafted = { kind: 'done'; text: string } | { kind: 'stopped' } | { kind: 'failed'; message: string };

/** Texts of the messages alone: what is no text, the model is not given. Pure. */
export function toModelMessages({ messages }: Pick<SamplingAsk, 'messages'>): { role: 'user' | 'assistant'; text: string }[] {
  return messages.flatMap(({ role, blocks }) => {
    const text = blocks.flatMap((block) => (isJsonObject(block) && typeof block['text'] === 'string' ? [block['text']] : [])).join('\n');
    return text === '' ? [] : [{ role, text }];
  });
}

/** Never throws. */
export async function draftReply(ask: SamplingAsk, signal: AbortSignal, onDownload: (share: number) => void): Promise<Drafted> {
  try {
    return { kind: 'done', text: await draftWithModel({ system: ask.systemPrompt, messages: toModelMessages(ask), signal, onDownload }) };
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
