/** Owns the one way a failure becomes an HTTP answer: as a problem, or inside a JSON-RPC error on the MCP endpoint. */
import { AppError, ERROR_TABLE, toProblem } from '../../../shared/errors.ts';
import type { JsonRpcId } from '../../../shared/json-rpc.ts';

/** JSON-RPC leaves -32000 to -32099 to implementations; what went wrong is told by `data.code`. */
const MOORING_ERROR = -32050;

/** Returns the failure as one of ours: anything unexpected is INTERNAL, and says nothing of its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('INTERNAL', 'Something went wrong in the backend. Your sessions are kept; try again.', { cause: error });
}

function retryHeaders({ code, retryAfterSeconds }: AppError): Record<string, string> {
  const { status } = ERROR_TABLE[code];
  const seconds = retryAfterSeconds ?? (status === 429 ? 60 : status === 503 ? 2 : undefined);
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

/** Source: RFC 9457, section 3. */
export function problemResponse(error: AppError): Response {
  return new Response(JSON.stringify(toProblem(error)), {
    status: ERROR_TABLE[error.code].status,
    headers: { 'content-type': 'application/problem+json', ...retryHeaders(error) },
  });
}

/** Returns the JSON-RPC error message for a failure of ours. */
export function toRpcError(error: AppError, id: JsonRpcId | null) {
  return { jsonrpc: '2.0' as const, id, error: { code: MOORING_ERROR, message: error.message, data: toProblem(error) } };
}

/** The same failure on the MCP endpoint: MCP clients read JSON-RPC, people read the status. */
export function rpcProblemResponse(error: AppError, id: JsonRpcId | null): Response {
  return new Response(JSON.stringify(toRpcError(error, id)), {
    status: ERROR_TABLE[error.code].status,
    headers: { 'content-type': 'application/json', ...retryHeaders(error) },
  });
}
