/** Owns the closed list of ways in which talking to the backend fails, as the extension sees it. The sentences are in state/words.ts. */

import * as z from 'zod/mini';
import type { ErrorCode } from '../../shared/errors.ts';
import { t } from '../platform/i18n.ts';

/**
 * What only the extension can find out: nothing answered; something answered that is no Mooring backend; the window of a sign-in went
 * away; the user stopped it.
 */
export type GatewayCode = ErrorCode | 'BACKEND_UNREACHABLE' | 'BACKEND_NOT_MOORING' | 'SIGN_IN_WINDOW_CLOSED' | 'CANCELLED';
/** A newer backend may have codes that this build has no words for: they are kept, and told as a fault of ours. */
type NewerCode = string & Record<never, never>;

/** What the extension reads of an error body. The table of codes stays out: its titles are for people who read HTTP. */
const Problem = z.object({ code: z.string(), detail: z.string(), hint: z.optional(z.string()) });

/** A failure of a request to the backend; `detail` and `hint` come from there and are shown as text. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayCode | NewerCode;
  readonly hint: string | undefined;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  constructor(
    code: GatewayCode | NewerCode,
    detail: string,
    options: { hint?: string | undefined; status?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status;
  }

  get detail(): string {
    return this.message;
  }
}

/**
 * Returns the failure that an answer which is no success means.
 *
 * A 5xx without our error body comes from what stands before the backend (the platform, a proxy): the backend was not reached.
 */
export function toGatewayError(status: number, body: unknown): GatewayError {
  const problem = Problem.safeParse(body);
  if (problem.success) {
    const { code, detail, hint } = problem.data;
    return new GatewayError(code, detail, { hint, status });
  }
  if (status >= 500) return new GatewayError('BACKEND_UNREACHABLE', t('error_status', status), { status });
  return new GatewayError('BACKEND_NOT_MOORING', t('error_statusForeign', status), {
    status,
  });
}

/** Makes any thrown value a GatewayError: what is none is a fault of the extension. */
export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
