// @vitest-environment node
/** Proves that a call is read to its end once, over streams that break anywhere, outages, gaps and refusals. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { followCall } from '../../../../extension/gateway/call-stream.ts';
import type { Contact, Outcome, Progress, ToolResult } from '../../../../extension/gateway/mcp-connection.ts';
import { AppError, type ErrorCode, toProblem } from '../../../../shared/errors.ts';

const KEY = '11111111-2222-4333-8444-555555555555';
type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
  server = undefined;
});

/** Serves the answers one after the other, the last one for ever; returns where, and the event ids that were asked for. */
async function serve(...answers: Answer[]): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  server = createServer((request, response) => {
    asked.push(String(request.headers['last-event-id']));
    answers[Math.min(asked.length, answers.length) - 1]?.(response, request);
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp/s`, asked };
}

const event = (number: number, message: unknown) => `id: ${KEY}.${number}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`;
const progress = (count: number) => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 1, progress: count, total: 3 },
});
const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'ahoy' }] } };
const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const problem =
  (code: ErrorCode): Answer =>
  (response) => {
    const body = toProblem(new AppError(code, 'What the backend says.'));
    response.writeHead(body.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
  };

type Heard = { outcome: Outcome<ToolResult>; progress: Progress[]; contacts: Contact[] };
async function follow(url: string, stop = new AbortController()): Promise<Heard> {
  const heard: Progress[] = [];
  const contacts: Contact[] = [];
  const watch = { onProgress: (said: Progress) => heard.push(said), onContact: (contact: Contact) => contacts.push(contact) };
  const outcome = await followCall({ url, token: 't', key: KEY, onContact: watch.onContact, signal: stop.signal }, watch);
  return { outcome, progress: heard, contacts };
}

describe('a call that is followed', () => {
  it('is read from its first event to its response', async () => {
    const { url, asked } = await serve((response) => void stream(response).end(event(1, progress(1)) + event(2, RESULT)));
    const { outcome, progress: heard } = await follow(url);
    expect(outcome).toEqual({ kind: 'done', value: RESULT.result });
    expect(heard).toMatchObject([{ progress: 1, total: 3 }]);
    expect(asked).toEqual([`${KEY}.0`]);
  });

  it('is taken up after the last whole event when its stream breaks in the middle of one', async () => {
    const { url, asked } = await serve(
      (response) => void stream(response).write(event(1, progress(1)) + event(2, progress(2)).slice(0, -20), () => response.destroy()),
      (response) => void stream(response).end(event(2, progress(2)) + event(3, RESULT)),
    );
    const { outcome, progress: heard, contacts } = await follow(url);
    expect(outcome.kind).toBe('done');
    expect(heard.map(({ progress: count }) => count)).toEqual([1, 2]);
    expect(asked).toEqual([`${KEY}.0`, `${KEY}.1`]);
    expect(contacts).toEqual([{ kind: 'reached' }, { kind: 'lost', code: 'BACKEND_UNREACHABLE' }, { kind: 'reached' }]);
  });

  it('is taken up when its stream ends without the response, which is no outage', async () => {
    const { url, asked } = await serve(
      (response) => void stream(response).end(event(1, progress(1))),
      (response) => void stream(response).end(event(2, RESULT)),
    );
    const { outcome, contacts } = await follow(url);
    expect(outcome.kind).toBe('done');
    expect(asked).toEqual([`${KEY}.0`, `${KEY}.1`]);
    expect(contacts.every(({ kind }) => kind === 'reached')).toBe(true);
  });

  it('goes on over a gap', async () => {
    const { url } = await serve((response) => void stream(response).end(`id: ${KEY}.7\nevent: gap\ndata: \n\n${event(8, RESULT)}`));
    expect((await follow(url)).outcome.kind).toBe('done');
  });

  it.each(['STORAGE_UNAVAILABLE', 'RATE_LIMITED'] as const)('outlives %s', async (code) => {
    const { url } = await serve(problem(code), (response) => void stream(response).end(event(1, RESULT)));
    const { outcome, contacts } = await follow(url);
    expect(outcome.kind).toBe('done');
    expect(contacts).toEqual([{ kind: 'lost', code }, { kind: 'reached' }]);
  });

  it.each(['CALL_NOT_FOUND', 'SESSION_EXPIRED', 'UNAUTHORIZED'] as const)('ends with %s', async (code) => {
    const { url, asked } = await serve(problem(code));
    expect((await follow(url)).outcome).toEqual({
      kind: 'failed',
      failure: { kind: 'mooring', code, detail: 'What the backend says.' },
    });
    expect(asked).toHaveLength(1);
  });

  it.each([
    [
      { code: -32602, message: 'b is required' },
      { kind: 'protocol', code: -32602, message: 'b is required' },
    ],
    [
      { code: -32000, message: 'x', data: toProblem(new AppError('CALL_OUTCOME_UNKNOWN', 'Lost.')) },
      { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: 'Lost.' },
    ],
    [{ code: -32000, message: 'x', data: toProblem(new AppError('CALL_CANCELLED', 'The call was cancelled.')) }, { kind: 'cancelled' }],
  ])('that failed says how: %j', async (error, failure) => {
    const { url } = await serve((response) => void stream(response).end(event(1, { jsonrpc: '2.0', id: 1, error })));
    expect((await follow(url)).outcome).toEqual({ kind: 'failed', failure });
  });

  it('is let go when nobody wants to know any more', async () => {
    const stop = new AbortController();
    const { url, asked } = await serve((response) => {
      stream(response).write(event(1, progress(1)), () => stop.abort());
    });
    expect((await follow(url, stop)).outcome).toEqual({ kind: 'failed', failure: { kind: 'interrupted' } });
    expect(asked).toHaveLength(1);
  });
});
