/** Owns what a failure of the official client means: its errors, told apart once. */
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { t } from '../platform/i18n.ts';
import { parseJson, parseProblem, parseRpcFailure, toProtocolFailure } from './call-failure.ts';
import type { CallFailure } from './mcp-connection.ts';

/** Returns what a thrown value of the client means. */
export function classifyFailure(error: unknown, signal?: AbortSignal): CallFailure {
  if (signal?.aborted) return { kind: 'cancelled' };
  if (error instanceof ProtocolError) return toProtocolFailure(error.code, error.message, error.data);
  if (error instanceof SdkHttpError) return classifyHttp(error.status, typeof error.data['text'] === 'string' ? error.data['text'] : '');
  if (error instanceof SdkError) return classifySdk(error);
  // fetch reports every failure of the network as a TypeError without a reason.
  if (error instanceof TypeError) return { kind: 'network' };
  return { kind: 'unexpected', message: error instanceof Error ? error.message : String(error) };
}

function classifySdk(error: SdkError): CallFailure {
  if (error.code === SdkErrorCode.RequestTimeout) return { kind: 'timeout' };
  if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected) return { kind: 'interrupted' };
  if (error.code === SdkErrorCode.EraNegotiationFailed && error.cause instanceof TypeError) return { kind: 'network' };
  return { kind: 'unexpected', message: error.message };
}

function classifyHttp(status: number | undefined, text: string): CallFailure {
  const said = parseProblem(text) ?? parseRpcFailure(parseJson(text));
  if (said) return said;
  // A 5xx without our body comes from what stands before the backend: it was not reached.
  if (status !== undefined && status >= 500) return { kind: 'network' };
  return { kind: 'unexpected', message: t('error_endpointStatus', status ?? '?') };
}
