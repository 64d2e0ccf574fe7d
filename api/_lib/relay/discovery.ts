/**
 * Owns asking a server whether it speaks the stateless revision. Source: MCP 2026-07-28, Discovery; Transports > Backward compatibility.
 * The SDK that shakes hands with stateful servers does not know this revision, so the one request is made here.
 */
import * as z from 'zod/mini';
import type { Egress } from '../egress/egress.ts';
import { PROBE_TIMEOUT_MS } from '../limits.ts';
import { CLIENT_CAPABILITIES, CLIENT_INFO } from './handshake.ts';
import { mediaTypeOf, parseReceived, readErrorText, readEvents } from './rpc-answer.ts';

const STATELESS_REVISION = '2026-07-28';
const PROBE_ID = 'mooring-discover';

const DiscoverResult = z.looseObject({ supportedVersions: z.array(z.string()), capabilities: z.looseObject({}) });

export type Discovery =
  | { kind: 'stateless'; protocolVersion: string; greeting: Record<string, unknown> }
  /** Anything else: the handshake of the older revisions tells more. `status` is the HTTP status of the answer. */
  | { kind: 'unknown'; status: number };

/**
 * Sends `server/discover` and judges the answer.
 *
 * @throws what `egress` throws when the server cannot be reached; a server that merely does not answer is `unknown`.
 */
export async function discover(url: string, egress: Egress, signal: AbortSignal): Promise<Discovery> {
  const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  try {
    const response = await egress.fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': STATELESS_REVISION,
        'mcp-method': 'server/discover',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: PROBE_ID,
        method: 'server/discover',
        params: {
          _meta: {
            'io.modelcontextprotocol/protocolVersion': STATELESS_REVISION,
            'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
            'io.modelcontextprotocol/clientCapabilities': CLIENT_CAPABILITIES,
          },
        },
      }),
      signal: AbortSignal.any([signal, timeout]),
    });
    return await judgeAnswer(response);
  } catch (error) {
    if (timeout.aborted && !signal.aborted) return { kind: 'unknown', status: 0 };
    throw error;
  }
}

async function judgeAnswer(response: Response): Promise<Discovery> {
  const unknown: Discovery = { kind: 'unknown', status: response.status };
  if (!response.ok) {
    await readErrorText(response);
    return unknown;
  }
  for await (const message of readMessages(response)) {
    if (message.parsed.kind !== 'response' || message.parsed.message.id !== PROBE_ID || !('result' in message.parsed.message)) continue;
    const result = DiscoverResult.safeParse(message.parsed.message.result);
    if (result.success && result.data.supportedVersions.includes(STATELESS_REVISION))
      return { kind: 'stateless', protocolVersion: STATELESS_REVISION, greeting: result.data };
    return unknown;
  }
  return unknown;
}

async function* readMessages(response: Response) {
  const mediaType = mediaTypeOf(response);
  try {
    if (mediaType === 'application/json') yield* parseReceived(await response.text());
    else if (mediaType === 'text/event-stream' && response.body)
      for await (const { received } of readEvents(response.body)) if (received) yield received;
  } catch {
    // Not JSON-RPC: no answer to a discovery.
  }
}
