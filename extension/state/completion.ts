/** Owns what a server suggests while an argument is typed: asked for a moment after the last key, and one question at a time. */
import { signal } from '@preact/signals';
import type { SharedConnection } from './inspector-connection.ts';
import { isText } from './kept-values.ts';
import { isJsonObject } from './schema-form/json-value.ts';

/** Quiet time after the last key, milliseconds. */
const QUIET_MS = 150;
/** Suggestions that are shown. Source: MCP 2026-07-28, Completion: at most 100 in an answer. */
const MAX_SHOWN = 100;

export type CompletionRef = { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
export type CompletionQuestion = {
  ref: CompletionRef;
  argument: { name: string; value: string };
  /** Arguments that have a value already, by name. */
  known: { [name: string]: string };
};
export type Suggestions = {
  /** The question that they answer. */
  value: string;
  values: string[];
  /** How many more the server has; undefined where it does not say. */
  more: number | undefined;
};

/** Makes what a server answers with usable. Total. */
export function parseSuggestions(value: string, result: { [member: string]: unknown }): Suggestions {
  const completion = isJsonObject(result['completion']) ? result['completion'] : {};
  const values = Array.isArray(completion['values']) ? completion['values'].filter(isText) : [];
  const shown = [...new Set(values)].slice(0, MAX_SHOWN);
  const { total, hasMore } = completion;
  const more = typeof total === 'number' ? Math.max(0, total - shown.length) : undefined;
  return { value, values: shown, more: more ?? (hasMore === true || values.length > MAX_SHOWN ? undefined : 0) };
}

/** Opens the suggestions of one field. A server that says nothing of completion is not asked. */
export function openCompletion(connection: SharedConnection) {
  const suggestions = signal<Suggestions | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  function stop(): void {
    clearTimeout(timer);
    asking?.abort('No longer wanted');
    asking = undefined;
  }

  async function ask({ ref, argument, known }: CompletionQuestion): Promise<void> {
    const abort = new AbortController();
    asking = abort;
    const context = Object.keys(known).length > 0 && { context: { arguments: known } };
    const outcome = await connection.use<{ [member: string]: unknown }>(async (open) =>
      open.capabilities['completions'] === undefined || abort.signal.aborted
        ? { kind: 'done', value: {} }
        : open.read('completion/complete', { ref, argument, ...context }, abort.signal),
    );
    if (abort.signal.aborted) return;
    // Without suggestions one types on: why there are none is in the activity.
    suggestions.value = outcome.kind === 'done' ? parseSuggestions(argument.value, outcome.value) : undefined;
  }

  return {
    suggestions,
    /** Asks as soon as nothing more is typed; what was asked before is given up. */
    want(question: CompletionQuestion): void {
      stop();
      timer = setTimeout(() => void ask(question), QUIET_MS);
    },
    stop,
  };
}
