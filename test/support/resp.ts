/**
 * Owns one connection to Redis in its own protocol (RESP2), for tests alone: what starts Redis is redis.ts, what speaks REST is kv-rest.ts.
 * The product itself talks to Redis only through `@vercel/kv`.
 */
import { connect, type Socket } from 'node:net';

/** A reply that begins with `-`: Redis understood the command and refused it. */
export class RedisRefusal extends Error {}
/** A simple string, such as OK. Kept apart from bulk strings because the REST protocol encodes the two differently. */
export class StatusReply {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Reply = StatusReply | Buffer | number | null | RedisRefusal | Reply[];

const LINE_END = '\r\n';

/** Reads one reply that begins at `at`; undefined while a part of it is still on its way. */
function readReply(bytes: Buffer, at: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf(LINE_END, at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const next = lineEnd + 2;
  const kind = String.fromCharCode(bytes[at] ?? 0);
  if (kind === '+') return { reply: new StatusReply(line), end: next };
  if (kind === '-') return { reply: new RedisRefusal(line), end: next };
  if (kind === ':') return { reply: Number(line), end: next };
  const size = Number(line);
  if (kind === '$') {
    if (size < 0) return { reply: null, end: next };
    const end = next + size + 2;
    return bytes.length < end ? undefined : { reply: Buffer.from(bytes.subarray(next, next + size)), end };
  }
  if (kind !== '*') throw new Error(`Redis sent an unknown kind of reply: ${kind}`);
  if (size < 0) return { reply: null, end: next };
  const items: Reply[] = [];
  let end = next;
  while (items.length < size) {
    const item = readReply(bytes, end);
    if (item === undefined) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}

function encodeCommand(command: readonly string[]): string {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}${LINE_END}${part}${LINE_END}`);
  return `*${command.length}${LINE_END}${parts.join('')}`;
}

type Waiting = { resolve(reply: Reply): void; reject(error: Error): void };

/** One socket to Redis. Replies come in the order of the commands. */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #closed = false;
  /** Set by who subscribes: from then on replies are messages that nobody asked for. */
  onMessage: ((message: Reply[]) => void) | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port || 6379), hostname).setNoDelay(true);
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('Redis closed the connection')));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends commands in one write, so that nobody else's come between them, and resolves with their replies; refusals are replies too. */
  send(...commands: readonly (readonly string[])[]): Promise<Reply[]> {
    if (this.#closed) return Promise.reject(new Error('The connection to Redis is closed'));
    const replies = commands.map(() => new Promise<Reply>((resolve, reject) => this.#waiting.push({ resolve, reject })));
    this.#socket.write(commands.map(encodeCommand).join(''));
    return Promise.all(replies);
  }

  /** Sends one command and throws what Redis refuses. */
  async ask(...command: readonly string[]): Promise<Reply> {
    const [reply] = await this.send(command);
    if (reply instanceof RedisRefusal) throw reply;
    return reply ?? null;
  }

  close(): void {
    this.#socket.destroy();
    this.#fail(new Error('The connection to Redis was closed here'));
  }

  #read(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    let at = 0;
    while (at < this.#unread.length) {
      const read = readReply(this.#unread, at);
      if (read === undefined) break;
      at = read.end;
      if (this.onMessage !== undefined && Array.isArray(read.reply)) this.onMessage(read.reply);
      else this.#waiting.shift()?.resolve(read.reply);
    }
    this.#unread = this.#unread.subarray(at);
  }

  #fail(error: Error): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** Turns a reply into plain values: bulk and simple strings become text. */
export function toPlain(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(toPlain);
  if (Buffer.isBuffer(reply)) return reply.toString('utf8');
  if (reply instanceof StatusReply) return reply.text;
  return reply;
}
