/**
 * Owns the keys of one act that takes several requests: a stateless server answers with what it wants to know, and the call is sent again with the
 * answers. Each round has a key that follows from the first, so that whoever takes the act up again sends no round twice. Pure.
 * Source: MCP 2026-07-28, Multi round-trip requests.
 */
import type { ToolResult } from './mcp-connection.ts';

const ROUND = /^(.+)_(\d{1,3})$/;

/** Returns the key that the act began with. */
export const keyOfAct = (key: string): string => ROUND.exec(key)?.[1] ?? key;

export function keyOfNextRound(key: string): string {
  const [, act = key, round = '1'] = ROUND.exec(key) ?? [];
  return `${act}_${Number(round) + 1}`;
}

/** Tells whether a result is none yet: the server waits for answers. */
export const awaitsAnswers = ({ resultType }: ToolResult): boolean => resultType === 'input_required';
