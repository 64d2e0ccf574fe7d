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
import { type SentCall, sendCall } from './call-request.ts';
import { type Round, sendRounds } from './call-rounds.ts';
import { classifyFailure } from './client-failure.ts';
import { answerInput, clientCapabilities, hearQuestions, type QuestionHandlers } from './client-questions.ts';
import { toTool } from './listed-tool.ts';
import type { CallFailure, McpConnection, Outcome, Progress, ReadMethod, ServerChange, ToolPage, ToolResult } from './mcp-connection.ts';
import { toParamHeaders } from './param-headers.ts';
import { hearChanges, type Listening, listenStateless } from './server-changes.ts';
import { watchStream } from './watch-stream.ts';

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
      if (act?.kind === 'call' && init?.method === 'POST') return sendCall(options, act, init);
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
  if (options.revision === 'stateful') hearQuestions(client, options.questions);
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
  return { kind: 'done', value: toConnection(client, acts, listening, options.questions) };
}

/** The questions that come with an answer are asked under the request's own key (call-rounds.ts), not by the client. */
type ReadOptions = { headers: Record<string, string>; signal: AbortSignal; allowInputRequired: true };
/** What is known of a request while it is under way, by its key. */
type CallAct = { kind: 'call' } & SentCall;
type Act = { kind: 'read'; onEnd: () => void } | CallAct;

function toConnection(
  client: Client,
  acts: Map<string, Act>,
  listening: Listening | undefined,
  questions: QuestionHandlers,
): McpConnection {
  const answerFor =
    (of: { outlivesPanel: boolean }): Round['answer'] =>
    (input, key, signal) =>
      answerInput(questions, input, { key, ...of }, signal);

  /** Sends a request that changes nothing: where its stream breaks, it is as good as not sent. */
  async function read(
    send: (given: object, sent: ReadOptions) => Promise<ToolResult>,
    signal = new AbortController().signal,
  ): Promise<Outcome<ToolResult>> {
    let isLost = false;
    const sendOnce = async (key: string, given: object): Promise<ToolResult> => {
      const lost = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const onEnd = () => {
        timer = setTimeout(() => lost.abort(), STREAM_END_GRACE_MS);
      };
      acts.set(key, { kind: 'read', onEnd });
      try {
        const both = AbortSignal.any([signal, lost.signal]);
        return await send(given, { headers: { [IDEMPOTENCY_KEY]: key }, signal: both, allowInputRequired: true });
      } finally {
        isLost = lost.signal.aborted;
        clearTimeout(timer);
        acts.delete(key);
      }
    };
    try {
      const round = { send: sendOnce, answer: answerFor({ outlivesPanel: false }), onWait: () => undefined };
      return { kind: 'done', value: await sendRounds({ key: crypto.randomUUID(), kept: undefined }, round, signal) };
    } catch (error) {
      return { kind: 'failed', failure: isLost && !signal.aborted ? { kind: 'interrupted' } : classifyFailure(error, signal) };
    }
  }

  /** Source: MCP 2026-07-28, Logging: a stateless server is told the level with each request. */
  let logLevel: string | undefined;
  const toldLevel = <T extends { [name: string]: unknown }>(params: T): T =>
    logLevel === undefined ? params : { ...params, _meta: { 'io.modelcontextprotocol/logLevel': logLevel } };

  const ask: McpConnection['read'] = (method, params, signal) =>
    read(
      (given, sent) =>
        client.request({ method, params: toldLevel({ ...params, ...given }) }, AnyResult, { ...sent, timeout: timeoutOf(method) }),
      signal,
    );

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
      read(async (_given, sent) => {
        const params = cursor === undefined ? {} : { cursor };
        const page = await client.request({ method: 'tools/list', params }, AnyToolPage, { ...sent, timeout: LIST_TIMEOUT_MS });
        return { ...page, tools: page.tools.flatMap(toTool) };
      }, signal) as Promise<Outcome<ToolPage>>,
    async callTool(first, { inputSchema, ...call }, { onProgress, onContact, onRound }, signal = new AbortController().signal, kept) {
      let refused: CallFailure | undefined;
      const send = async (key: string, given: object): Promise<ToolResult> => {
        onRound?.(key);
        const act: CallAct = { kind: 'call', key, signal, onContact };
        acts.set(key, act);
        try {
          const value = await client.request({ method: 'tools/call', params: toldLevel({ ...call, ...given }) }, AnyResult, {
            headers: { ...(listening && toParamHeaders(inputSchema, call.arguments)), [IDEMPOTENCY_KEY]: key },
            timeout: CALL_TIMEOUT_MS,
            resetTimeoutOnProgress: true,
            onprogress: (progress) => onProgress(progress as Progress),
            allowInputRequired: true,
            signal,
          });
          return act.large ?? (value as ToolResult);
        } finally {
          ({ refused } = act);
          acts.delete(key);
        }
      };
      try {
        const round = { send, answer: answerFor({ outlivesPanel: true }), onWait: () => onRound?.(undefined) };
        return { kind: 'done', value: await sendRounds({ key: first, kept }, round, signal) };
      } catch (error) {
        return { kind: 'failed', failure: refused ?? classifyFailure(error, signal) };
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
