/**
 * Owns one HTTP exchange with a backend: every answer is parsed, every failure is a GatewayError.
 * Who is asked, and with which credential, is decided in backend.ts.
 */

import type * as z from 'zod/mini';
import { t } from '../platform/i18n.ts';
import { GatewayError, toGatewayError } from './gateway-error.ts';

export type Exchange<Answer extends z.ZodMiniType> = {
  backendUrl: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash; what follows `/api`. */
  path: string;
  /** What a success must look like; absent where it has no body. */
  answer?: Answer;
  body?: unknown;
  token?: string;
  /** One user's act: the same key is never executed twice, though browsers send a POST again by themselves. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

/** How long a backend may take for what it does alone: a cold start and a slow storage included. */
const TIMEOUT_MS = 20_000;

/** @throws GatewayError always with a code; CANCELLED only when the caller's own signal fired. */
export async function exchange<Answer extends z.ZodMiniType>(request: Exchange<Answer>): Promise<z.infer<Answer>> {
  const { backendUrl, method, path, body, signal } = request;
  const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  try {
    const response = await fetch(`${backendUrl}/api${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(request.token !== undefined && { Authorization: `Bearer ${request.token}` }),
        ...(request.idempotencyKey !== undefined && { 'Idempotency-Key': request.idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // A redirect to a login page must not look like an answer, nor carry the token elsewhere.
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
    const received = parseBody(await response.text());
    if (!response.ok) throw toGatewayError(response.status, received);
    if (!request.answer) return undefined as z.infer<Answer>;
    const parsed = request.answer.safeParse(received);
    if (parsed.success) return parsed.data;
    throw new GatewayError('BACKEND_NOT_MOORING', t('error_foreignAnswer'), { status: response.status });
  } catch (thrown) {
    if (thrown instanceof GatewayError) throw thrown;
    if (signal?.aborted) throw new GatewayError('CANCELLED', t('error_stopped'), { cause: thrown });
    if (timeout.aborted) throw new GatewayError('BACKEND_UNREACHABLE', t('error_noAnswerInTime', backendUrl), { cause: thrown });
    // fetch gives no reason: a dead network, a refused connection and missing CORS headers look the same.
    throw new GatewayError('BACKEND_UNREACHABLE', t('error_noAnswer', backendUrl), { cause: thrown });
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Tells whether anything at all answers at an address that refused to let us read its answer.
 *
 * A web server that is no Mooring backend sends no CORS headers; without this it would look like a dead one.
 */
export async function answersSomething(backendUrl: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await fetch(`${backendUrl}/api/health`, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal: signal ?? null });
    return true;
  } catch {
    return false;
  }
}
