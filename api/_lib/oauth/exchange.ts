/**
 * Owns the requests of a sign-in: made by `egress`, with limits of time and size of their own, and remembered so that the user can be
 * told what was answered. What is asked, in which order, is the matter of the steps.
 */
import type { Egress } from '../egress/egress.ts';
import { classifyFailure, EgressError } from '../egress/egress-error.ts';

/** Metadata, registrations and tokens are a few kB. Bytes. */
const MAX_ANSWER_BYTES = 262_144;
/** A sign-in is half a dozen requests, and a person waits. ms */
const REQUEST_TIMEOUT_MS = 10_000;

/** A request of a sign-in and what came of it. */
export type Exchange = {
  /** Without a query. */
  url: string;
  /** Absent where nothing was answered. */
  status?: number;
  mediaType?: string;
  /** Absent where it could not be read. */
  text?: string;
};

/** The Fetch standard's, as the SDK's OAuth functions call it. Rejects with an EgressError alone. */
export type OAuthFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Opens the fetch of one sign-in. `seen` has its exchanges, oldest first. */
export function openOAuthFetch(fetch: Egress['fetch'], signal: AbortSignal, seen: Exchange[]): OAuthFetch {
  return async (url, init = {}) => {
    const exchange: Exchange = { url: withoutQuery(String(url)) };
    seen.push(exchange);
    const { redirect, body, ...rest } = init;
    const isPost = init.method === 'POST';
    try {
      const response = await fetch(url, {
        ...rest,
        // Credentials that are posted go where they were meant to go: egress refuses to follow them to another origin. The SDK takes
        // metadata that it is sent elsewhere for as not there.
        ...(!isPost && redirect !== undefined && { redirect }),
        ...(body !== undefined && body !== null && { body: String(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      exchange.status = response.status;
      const text = await readBounded(response);
      exchange.text = text;
      const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim();
      if (mediaType !== undefined) exchange.mediaType = mediaType;
      if (!isPost && isPage(exchange)) return new Response(null, { status: 404 });
      const isEmpty = response.status === 204 || response.status === 205 || response.status === 304;
      return new Response(isEmpty ? null : text, { status: response.status, headers: response.headers });
    } catch (error) {
      throw classifyFailure(error);
    }
  };
}

/** A page is no metadata: web applications answer with one whatever they are asked. */
const isPage = ({ mediaType }: Exchange): boolean => mediaType === 'text/html';

/** Whether the other side answered that there is no such document. */
export const isMissing = (exchange: Exchange): boolean =>
  exchange.status !== undefined && ((exchange.status >= 300 && exchange.status < 500) || isPage(exchange));

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > MAX_ANSWER_BYTES) throw new EgressError('too-large', { sent: true });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function withoutQuery(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname}`;
}
