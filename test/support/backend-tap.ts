/**
 * Tells the process that started a backend which secrets come and go over its wire, and every error that it answers: loaded with
 * `--import` before the backend. It looks on; the backend sees and does the same as without it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecretKind } from './secrets.ts';
import { onBody } from './tapped-body.ts';

export type BackendTapMessage =
  | { kind: 'secret'; of: SecretKind; value: unknown }
  /** What a client was told as an error: head and body, or one message of a stream. */
  | { kind: 'error'; text: string }
  /** Answers a `flush`: everything that was seen before it has been sent. */
  | { kind: 'flushed'; flush: number };

const tell = (message: BackendTapMessage): void => void process.send?.(message);
const tellSecret = (of: SecretKind, value: unknown): void => tell({ kind: 'secret', of, value });

// Source: Node.js, diagnostics_channel, "http.server.request.start": emitted before the server's own listeners.
subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const { pathname } = new URL(request.url ?? '/', 'http://backend');
  // What goes before the secret in a token says whose it is.
  tellSecret(
    'device token',
    request.headers.authorization
      ?.replace(/^Bearer /, '')
      .split('_')
      .slice(2)
      .join('_'),
  );
  onBody(request, (body) => learnFromRequest(pathname, parse(body)));
  onAnswer(response, (body, isWhole) => {
    if (response.statusCode >= 400) {
      if (isWhole) tell({ kind: 'error', text: `${headOf(response)}${body}` });
      return;
    }
    if (isWhole && pathname === '/api/pairings') tellSecret('pairing code', parse(body)['code']);
    if (isWhole && pathname === '/api/devices')
      tellSecret(
        'device token',
        String(parse(body)['token'] ?? '')
          .split('_')
          .slice(2)
          .join('_'),
      );
    if (pathname.startsWith('/api/mcp/')) tellErrors(body);
  });
});

function learnFromRequest(pathname: string, body: Record<string, unknown>): void {
  const { headers, url, client, code, state } = body;
  if (pathname.startsWith('/api/sessions')) {
    for (const value of Object.values((headers ?? {}) as Record<string, unknown>)) {
      tellSecret('header value', value);
      tellSecret('header value', String(value).replace(/^\w+ /, ''));
    }
    if (typeof url === 'string' && URL.canParse(url))
      for (const value of new URL(url).searchParams.values()) tellSecret('key in an address', value);
  }
  if (pathname.endsWith('/sign-in')) tellSecret('client secret', (client as { secret?: unknown } | undefined)?.secret);
  if (pathname.endsWith('/authorization')) {
    tellSecret('authorization code', code);
    tellSecret('state of a sign-in', state);
  }
}

/** Finds JSON-RPC errors among the messages of an answer: they come with any status. */
function tellErrors(body: string): void {
  for (const line of body.split('\n')) if ('error' in parse(line.replace(/^data: /, ''))) tell({ kind: 'error', text: line });
}

/** Calls back with each piece of an answer that ends a line, and with the whole when it is over. */
function onAnswer(response: ServerResponse, take: (body: string, isWhole: boolean) => void): void {
  const chunks: Buffer[] = [];
  const collect = (chunk: unknown): void => {
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    else if (typeof chunk === 'string') chunks.push(Buffer.from(chunk));
    else return;
    // A stream is told as it goes: the process may be killed in the middle of it.
    if (isStream(response) && chunks.at(-1)?.at(-1) === 0x0a) take(Buffer.concat(chunks.splice(0)).toString(), false);
  };
  for (const name of ['write', 'end'] as const) {
    const original = response[name].bind(response) as (...args: unknown[]) => unknown;
    Object.assign(response, {
      [name]: (...args: unknown[]) => {
        collect(args[0]);
        return original(...args);
      },
    });
  }
  response.once('close', () => take(Buffer.concat(chunks).toString(), true));
}

const isStream = (response: ServerResponse): boolean => /content-type: text\/event-stream/i.test(headOf(response));

function headOf(response: ServerResponse): string {
  const { _header: head } = response as ServerResponse & { _header?: unknown };
  return typeof head === 'string' ? head : '';
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'flush' in message && typeof message.flush === 'number')
    tell({ kind: 'flushed', flush: message.flush });
});
