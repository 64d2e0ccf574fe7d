/** Owns the server of the model test: each call says what the server shall do with it; executions are counted by act, events are kept for who resumes. */
import { type Exchange, type RpcMessage, rpcError, startScriptedServer } from './scripted-server.ts';

/** What the server does with a call: answers at once, when it is released, the same in a resumable stream, or breaks the connection. */
export const DEEDS = ['answer', 'hold', 'stream', 'reset', 'refuse'] as const;
export type Deed = (typeof DEEDS)[number];

type Held = { act: number; exchange: Exchange; message: RpcMessage; isStream: boolean };

export type ModelServer = {
  readonly url: string;
  /** How often an act was taken up. */
  executions(act: number): number;
  /** Acts whose answer is held back. */
  held(): number;
  /** Answers the n-th of them. */
  release(index: number): void;
  /** Forgets its session, as a restart does. */
  forget(): void;
  /** Says something on its own stream, to whoever has it open or takes it up. */
  say(data: string): void;
  /** Asks something there. */
  ask(question: number): boolean;
  /** Answers that came, by question. */
  answers(question: number): number;
  /** Breaks its own stream. */
  cutStream(): void;
};

export async function startModelServer(): Promise<ModelServer> {
  const server = await startScriptedServer();
  const counts = new Map<number, number>();
  const answers = new Map<unknown, number>();
  const held: Held[] = [];
  /** Events of resumable streams, by their id. */
  const streams = new Map<string, Held & { answered: boolean; waiting: Exchange[] }>();
  let own: Exchange | undefined;
  /** What was said on its own stream, for who takes that up; ids count from 0. */
  const said: RpcMessage[] = [];
  const speak = (message: RpcMessage): void => {
    own?.event(message, `own-${said.length}`);
    said.push(message);
  };

  const resultOf = (act: number) => ({ content: [{ type: 'text', text: `act ${act}` }] });
  const finish = ({ act, exchange, message, isStream }: Held): void => {
    if (!isStream) {
      exchange.result(resultOf(act));
      return;
    }
    const stream = streams.get(`act-${act}`);
    if (stream) stream.answered = true;
    for (const reader of [exchange, ...(stream?.waiting.splice(0) ?? [])]) {
      reader.event({ id: message.id ?? null, result: resultOf(act) }, `act-${act}-end`);
      reader.end();
    }
  };
  server.on('tools/call', (exchange) => {
    const { message } = exchange;
    const { act, deed } = (message.params as { arguments: { act: number; deed: Deed } }).arguments;
    counts.set(act, (counts.get(act) ?? 0) + 1);
    const taken = { act, exchange, message, isStream: deed === 'stream' };
    if (deed === 'answer') finish(taken);
    else if (deed === 'reset') exchange.reset();
    else if (deed === 'refuse') exchange.send(503);
    else held.push(taken);
    if (deed !== 'stream') return;
    streams.set(`act-${act}`, { ...taken, answered: false, waiting: [] });
    exchange.raw(`id: act-${act}\ndata:\n\n`);
    const { progressToken } = (message.params as { _meta: { progressToken: unknown } })._meta;
    exchange.event({ method: 'notifications/progress', params: { progressToken, progress: 1 } }, `act-${act}-begun`);
  });
  server.on('GET', (exchange) => {
    const lastEventId = exchange.headers['last-event-id'];
    const stream = typeof lastEventId === 'string' ? streams.get(lastEventId.replace(/-begun$/, '')) : undefined;
    if (stream) {
      exchange.raw(': again\n\n');
      stream.waiting.push(exchange);
      if (stream.answered) finish(stream);
      return;
    }
    const heard = /^own-(\d+)$/.exec(String(lastEventId))?.[1];
    if (lastEventId !== undefined && heard === undefined) return exchange.send(404);
    if (own) return exchange.send(409, rpcError(-32000, 'Conflict: Only one SSE stream is allowed per session'));
    own = exchange;
    void exchange.closed.then(() => {
      if (own === exchange) own = undefined;
    });
    exchange.raw(': open\n\n');
    // Off by one, as some servers are.
    if (heard !== undefined) said.slice(Number(heard)).forEach((message, at) => void exchange.event(message, `own-${Number(heard) + at}`));
  });
  server.on('answer', (exchange) => {
    const { id } = exchange.message;
    answers.set(id, (answers.get(id) ?? 0) + 1);
    exchange.send(202);
  });
  return {
    url: server.url,
    executions: (act) => counts.get(act) ?? 0,
    held: () => held.length,
    release(index) {
      const [one] = held.splice(index, 1);
      if (one) finish(one);
    },
    forget: () => server.forget(),
    say: (data) => speak({ method: 'notifications/message', params: { level: 'info', data } }),
    ask(question) {
      speak({ id: question, method: 'elicitation/create', params: { message: 'Sure?' } });
      return own !== undefined;
    },
    answers: (question) => answers.get(question) ?? 0,
    cutStream: () => own?.reset(),
  };
}
