/** Owns a server's refusal that wants something done at a page first. Pure. Source: MCP 2025-11-25, Elicitation > URL elicitation required error. */
import type { CallFailure } from '../../gateway/mcp-connection.ts';
import { isJsonObject } from '../schema-form/json-value.ts';
import { parseUrl, type UrlAsk } from './ask.ts';

const URL_ELICITATION_REQUIRED = -32_042;
/** Pages that are named of one refusal. */
const MAX_PAGES = 10;

/** Returns the pages that a refusal names; none for every other failure. */
export function pagesRequired(failure: CallFailure): UrlAsk[] {
  if (failure.kind !== 'protocol' || failure.code !== URL_ELICITATION_REQUIRED || !isJsonObject(failure.data)) return [];
  const { elicitations } = failure.data;
  if (!Array.isArray(elicitations)) return [];
  return elicitations.slice(0, MAX_PAGES).flatMap((params) => (isJsonObject(params) ? (parseUrl(params) ?? []) : []));
}
