/**
 * Owns the panel's conversation with a session's MCP endpoint: the official client, opened lazily, and its failures told apart.
 * Everything but MCP goes through backend.ts. What a failure means to the user is in state/words.ts.
 * Import this module with `import()`: the client is most of the panel's code, and the panel paints before it is there.
 */
import '../platform/zod-without-eval.ts';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import type { Revision } from '../../shared/contract.ts';
import { parseProblem } from './call-failure.ts';
import { idOf, type SentCall, sendCall } from './call-request.ts';
import { keyOfNextRound } from './call-rounds.ts';
import { classifyFailure } from './client-failure.ts';
import { answerQuestions, clientCapabilities, type QuestionHandlers } from './client-questions.ts';
import { toTool } from './listed-tool.ts';
import type { CallFailure, McpConnection, Outcome, Progress, ReadMethod, ServerChange, ToolPage, ToolResult } from './mcp-connection.ts';
import { toParamHeaders } from './param-headers.ts';
import { hearChanges, type Listening, listenStateless } from './server-changes.ts';

/** Silence after which a call is given up, milliseconds: the client wants one. Cancel is a button. */
const CALL_TIMEOUT_MS = 86_400_000;
const LIST_TIMEOUT_MS = 60_000;
/** What a server may have to fetch or to make first. */
const READ_TIMEOUT_MS = 600_000;
/** How long an answer may still be in the pipe after its stream has ended, milliseconds. */
const STREAM_END_GRACE_MS = 500;
const IDEMPOTENCY_KEY = 'idempotency-key';

// Results are shown as they came: a member that the protocol does not know is no reason to hide the rest.
const AnyResult = z.looseObject({});
const AnyToolPage = z.looseObject({
  tools: z.array(z.unknown()),
  nextCursor: z.optional(z.string()),
});

export type McpOptions = {
  url: string;
  token: string;
  revision: Revision;
  version: string;
  onChange: (change: ServerChange) => void;
  questions: QuestionHandlers;
};

/** Opens the endpoint of a session. Pings are answered by the client, questions by client-questions.ts. */
export async function openMcp(options: McpOptions, signal?: AbortSignal): Promise<Outcome<McpConnection>> {
  const acts = new Map<string, Act>();
  let refusal: CallFailure | undefined;
  const transport = new StreamableHTTPClientTransport(new URL(options.url), {
    requestInit: {
      headers: { Authorization: `Bearer ${options.token}` },
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    },
    // The stream from the server is opened again for as long as the panel is there: a backend that restarts is normal.
    reconnectionOptions: {
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 30_000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: Number.MAX_SAFE_INTEGER,
    },
    fetch: async (url, init) => {
      refusal = undefined;
      const act = acts.get(new Headers(init?.headers).get(IDEMPOTENCY_KEY) ?? '');
      if (act?.kind === 'call' && init?.method === 'POST') return sendRound(options, act, init);
      const response = await fetch(url, init);
      if (!response.ok) refusal = parseProblem(await response.clone().text());
      return act?.kind === 'read' ? watchStream(response, act.onEnd) : response;
    },
  });
  const client = new Client(
    { name: 'mooring', title: 'Mooring', version: options.version },
    {
      capabilities: clientCapabilities(options.revision),
      versionNegotiation: { mode: 'auto' },
    },
  );
  hearChanges(client, options.onChange);
  answerQuestions(client, options.revision, options.questions);
  try {
    // The backend knows the revision; asking again would cost a round trip.
    await client.connect(transport as Parameters<Client['connect']>[0], {
      ...(options.revision === 'stateful' && { prior: { kind: 'legacy' as const } }),
      ...(signal && { signal }),
    });
  } catch (error) {
    await client.close().catch(() => undefined);
    const failure = classifyFailure(error, signal);
    // The client does not hand on the body of every refusal while it connects.
    const isVague = failure.kind === 'unexpected' || failure.kind === 'network';
    return { kind: 'failed', failure: refusal && isVague ? refusal : failure };
  }
  const listening = client.getProtocolEra() === 'modern' ? listenStateless(client) : undefined;
  return { kind: 'done', value: toConnection(client, acts, listening) };
}

/**
 * A call that the server answers with questions is sent again with their answers: that is another request, and needs another key.
 * Source: MCP 2026-07-28, Multi round-trip requests.
 */
async function sendRound(options: McpOptions, act: CallAct, init: RequestInit): Promise<Response> {
  act.rounds++;
  if (act.rounds === 1 && act.kept) return Response.json({ jsonrpc: '2.0', id: idOf(init.body), result: act.kept });
  if (act.rounds > 1) act.key = keyOfNextRound(act.key);
  const headers = new Headers(init.headers);
  headers.set(IDEMPOTENCY_KEY, act.key);
  return sendCall(options, act, { ...init, headers });
}

/** What is known of a request while it is under way, by its key. */
type CallAct = { kind: 'call'; rounds: number; kept: ToolResult | undefined } & SentCall;
type Act = { kind: 'read'; onEnd: () => void } | CallAct;

function toConnection(client: Client, acts: Map<string, Act>, listening: Listening | undefined): McpConnection {
  /** Sends a request that changes nothing: where its stream breaks, it is as good as not sent. */
  async function read<T>(send: (options: { headers: Record<string, string>; signal: AbortSignal }) => Promise<T>, signal?: AbortSignal) {
    const key = crypto.randomUUID();
    const lost = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEnd = () => {
      timer = setTimeout(() => lost.abort(), STREAM_END_GRACE_MS);
    };
    acts.set(key, { kind: 'read', onEnd });
    try {
      const both = signal ? AbortSignal.any([signal, lost.signal]) : lost.signal;
      return { kind: 'done' as const, value: await send({ headers: { [IDEMPOTENCY_KEY]: key }, signal: both }) };
    } catch (error) {
      const failure: CallFailure = lost.signal.aborted && !signal?.aborted ? { kind: 'interrupted' } : classifyFailure(error, signal);
      return { kind: 'failed' as const, failure };
    } finally {
      clearTimeout(timer);
      acts.delete(key);
    }
  }

  /** Source: MCP 2026-07-28, Logging: a stateless server is told the level with each request. */
  let logLevel: string | undefined;
  const toldLevel = <T extends { [name: string]: unknown }>(params: T): T =>
    logLevel === undefined ? params : { ...params, _meta: { 'io.modelcontextprotocol/logLevel': logLevel } };

  const ask: McpConnection['read'] = (method, params, signal) =>
    read((sent) => client.request({ method, params: toldLevel(params) }, AnyResult, { ...sent, timeout: timeoutOf(method) }), signal);

  /** Runs what the client does on the open stream of a stateless server. */
  async function onStream<T>(act: Promise<T>): Promise<Outcome<T>> {
    try {
      return { kind: 'done', value: await act };
    } catch (error) {
      return { kind: 'failed', failure: classifyFailure(error) };
    }
  }

  return {
    capabilities: client.getServerCapabilities() ?? {},
    read: ask,
    async subscribe(uris) {
      if (listening) return onStream(listening.add(uris));
      const outcomes = await Promise.all(uris.map((uri) => ask('resources/subscribe', { uri })));
      const told = uris.filter((_, i) => outcomes[i]?.kind === 'done');
      const failed = outcomes.find((outcome) => outcome.kind === 'failed');
      return failed && told.length === 0 ? failed : { kind: 'done', value: told };
    },
    async setLogLevel(level) {
      if (!listening) return ask('logging/setLevel', { level });
      logLevel = level;
      return { kind: 'done', value: undefined };
    },
    unsubscribe: (uri) => (listening ? onStream(listening.remove(uri)) : ask('resources/unsubscribe', { uri })),
    listTools: (cursor, signal) =>
      read<ToolPage>(async (sent) => {
        const params = cursor === undefined ? {} : { cursor };
        const page = await client.request({ method: 'tools/list', params }, AnyToolPage, { ...sent, timeout: LIST_TIMEOUT_MS });
        return { ...page, tools: page.tools.flatMap(toTool) } as ToolPage;
      }, signal),
    async callTool(key, { inputSchema, ...call }, { onProgress, onContact }, signal, kept) {
      const act: CallAct = { kind: 'call', key, signal, onContact, rounds: 0, kept };
      acts.set(key, act);
      try {
        const value = await client.request({ method: 'tools/call', params: toldLevel(call) }, AnyResult, {
          headers: { ...(listening && toParamHeaders(inputSchema, call.arguments)), [IDEMPOTENCY_KEY]: key },
          timeout: CALL_TIMEOUT_MS,
          resetTimeoutOnProgress: true,
          onprogress: (progress) => onProgress(progress as Progress),
          ...(signal && { signal }),
        });
        return { kind: 'done', value: act.large ?? (value as ToolResult) };
      } catch (error) {
        return { kind: 'failed', failure: act.refused ?? classifyFailure(error, signal) };
      } finally {
        acts.delete(key);
      }
    },
    close() {
      listening?.close();
      return client.close();
    },
  };
}

const timeoutOf = (method: ReadMethod): number =>
  method === 'resources/read' || method === 'prompts/get' ? READ_TIMEOUT_MS : LIST_TIMEOUT_MS;

/**
 * Tells when the stream that should carry an answer has ended.
 *
 * The client waits for its timeout then (10 minutes); a backend that was killed in the middle of a call must not look like a slow server.
 */
function watchStream(response: Response, onEnd: (() => void) | undefined): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!onEnd || !isStream || !response.body) return response;
  const reader = response.body.getReader();
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      onEnd();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(watched, { status: response.status, statusText: response.statusText, headers: response.headers });
}
