/**
 * Owns the language model that some browsers have built in. It runs on this computer; other browsers, and other contexts of the same one,
 * have none. Source: Prompt API (https://github.com/webmachinelearning/prompt-api), LanguageModel.
 */

type ModelMessage = { role: 'system' | 'user' | 'assistant'; content: string };
type ModelSession = { prompt(messages: readonly ModelMessage[], options: { signal: AbortSignal }): Promise<string>; destroy(): void };
type ModelEvents = { addEventListener(type: 'downloadprogress', listener: (event: { loaded: number }) => void): void };
type LanguageModel = {
  availability(): Promise<string>;
  create(options: {
    signal: AbortSignal;
    initialPrompts?: readonly ModelMessage[];
    monitor?: (events: ModelEvents) => void;
  }): Promise<ModelSession>;
};

const modelOf = (): LanguageModel | undefined => (globalThis as { LanguageModel?: LanguageModel }).LanguageModel;

/** ready: answers at once · to-download: the browser fetches it first · none. */
export type ModelAvailability = 'ready' | 'to-download' | 'none';

/** Never throws: a browser that fails here has none. */
export async function modelAvailability(): Promise<ModelAvailability> {
  try {
    const state = await modelOf()?.availability();
    if (state === 'available') return 'ready';
    return state === 'downloadable' || state === 'downloading' ? 'to-download' : 'none';
  } catch {
    return 'none';
  }
}

export type Drafting = {
  system: string | undefined;
  messages: readonly { role: 'user' | 'assistant'; text: string }[];
  signal: AbortSignal;
  /** Told how much of the model is there, 0 to 1, where it has to be fetched first. */
  onDownload: (share: number) => void;
};

/** Lets the model answer. Begins from a click: browsers fetch a model for nothing less. @throws what the browser throws. */
export async function draftWithModel({ system, messages, signal, onDownload }: Drafting): Promise<string> {
  const model = modelOf();
  if (model === undefined) throw new Error('The browser has no language model');
  const session = await model.create({
    signal,
    ...(system !== undefined && { initialPrompts: [{ role: 'system', content: system }] }),
    monitor: (events) => events.addEventListener('downloadprogress', ({ loaded }) => onDownload(loaded)),
  });
  try {
    return await session.prompt(
      messages.map(({ role, text }) => ({ role, content: text })),
      { signal },
    );
  } finally {
    session.destroy();
  }
}
