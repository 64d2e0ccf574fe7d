/** Owns reading a stream of server-sent events as a client does that may come back: event by event, with ids, gaps and the end. */
import { createParser } from 'eventsource-parser';
import type { RpcMessage } from './scripted-server.ts';

export type StreamEvent = { id: string | undefined; event: string; data: string };

export type EventReader = {
  /** Returns the next event, those without a message included; undefined when the stream has ended. */
  next(): Promise<StreamEvent | undefined>;
  /** Returns the next message; undefined when the stream has ended. */
  message(): Promise<RpcMessage | undefined>;
  /** Returns all messages until the end. */
  rest(): Promise<RpcMessage[]>;
  /** Id of the last event that was read. */
  lastEventId(): string | undefined;
  /** Goes away, as a client does whose window is closed. */
  cancel(): Promise<void>;
};

/** Reads an answer, also where it is one JSON text: then that is the only message. */
export function readEvents(response: Response): EventReader {
  if (response.body === null) throw new Error(`The answer ${response.status} has no body.`);
  const reader = response.body.getReader();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const decoder = new TextDecoder();
  const ready: StreamEvent[] = [];
  const parser = createParser({ onEvent: ({ id, event = 'message', data }) => ready.push({ id, event, data }) });
  let json = '';
  let isOver = false;
  let lastId: string | undefined;

  const pull = async (): Promise<void> => {
    // A connection that breaks ends the stream: its client can't tell the two apart either.
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    const text = decoder.decode(value, { stream: !done });
    if (isStream) parser.feed(text);
    else json += text;
    isOver = done;
    if (done && json !== '') ready.push({ id: undefined, event: 'message', data: json });
  };
  const next = async (): Promise<StreamEvent | undefined> => {
    while (ready.length === 0 && !isOver) await pull();
    const event = ready.shift();
    lastId = event?.id ?? lastId;
    return event;
  };
  const message = async (): Promise<RpcMessage | undefined> => {
    for (let event = await next(); event; event = await next())
      if (event.event === 'message' && event.data !== '') return JSON.parse(event.data) as RpcMessage;
    return undefined;
  };
  return {
    next,
    message,
    async rest() {
      const messages: RpcMessage[] = [];
      for (let one = await message(); one; one = await message()) messages.push(one);
      return messages;
    },
    lastEventId: () => lastId,
    cancel: () => reader.cancel().catch(() => {}),
  };
}

/** Reads an answer as text until it holds what is waited for; what was read before stays. @throws Error when it ends before. */
export function readText(response: Response): (isThere: (text: string) => boolean) => Promise<string> {
  if (response.body === null) throw new Error(`The answer ${response.status} has no body.`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (isThere) => {
    while (!isThere(text)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`The answer ended: ${text.slice(-500)}`);
      text += value;
    }
    return text;
  };
}

export const countHeartbeats = (text: string): number => text.split(': still here').length - 1;
