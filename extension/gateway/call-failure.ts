/** Owns how what a session's MCP endpoint says in an error becomes one of the ways in which a call fails. Pure. */
import * as z from 'zod/mini';
import { isErrorCode, Problem } from '../../shared/errors.ts';
import type { CallFailure, Outcome, ToolResult } from './mcp-connection.ts';

const JsonRpcError = z.looseObject({ code: z.number(), message: z.string(), data: z.optional(z.unknown()) });
const JsonRpcResponse = z.looseObject({
  method: z.optional(z.never()),
  result: z.optional(z.looseObject({})),
  error: z.optional(JsonRpcError),
});

/** Returns the failure in a JSON-RPC error: the backend's own where it holds one, else the server's, as it came. */
export const toProtocolFailure = (code: number, message: string, data: unknown): CallFailure =>
  toMooringFailure(data) ?? { kind: 'protocol', code, message, ...(data !== undefined && { data }) };

/** Finds the JSON-RPC error in a body. */
export function parseRpcFailure(body: unknown): CallFailure | undefined {
  const answer = JsonRpcResponse.safeParse(body);
  if (!answer.success || answer.data.error === undefined) return undefined;
  const { code, message, data } = answer.data.error;
  return toProtocolFailure(code, message, data);
}

/** Finds the backend's error body, alone or inside a JSON-RPC error. */
export function parseProblem(text: string): CallFailure | undefined {
  const body = parseJson(text);
  const rpc = JsonRpcResponse.safeParse(body);
  return toMooringFailure(rpc.success && rpc.data.error !== undefined ? rpc.data.error.data : body);
}

/** Returns how a call ended, when a message is its final response; undefined for any other. */
export function parseResponse(message: unknown): Outcome<ToolResult> | undefined {
  const response = JsonRpcResponse.safeParse(message);
  if (!response.success) return undefined;
  const { result, error } = response.data;
  if (error !== undefined) return { kind: 'failed', failure: toProtocolFailure(error.code, error.message, error.data) };
  return result === undefined ? undefined : { kind: 'done', value: result };
}

function toMooringFailure(body: unknown): CallFailure | undefined {
  const problem = Problem.safeParse(body);
  if (!problem.success || !isErrorCode(problem.data.code)) return undefined;
  const { code, detail, hint } = problem.data;
  // The user's own wish, here or at another device, is no failure of Mooring's.
  if (code === 'CALL_CANCELLED') return { kind: 'cancelled' };
  return { kind: 'mooring', code, detail, ...(hint !== undefined && { hint }) };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
