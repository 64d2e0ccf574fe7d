/** Owns how a server that runs as a program becomes one that a browser reaches: the line that starts mcp-proxy in front of it. Pure. */
import { quoteForShell } from '../inspector-activity-curl.ts';

/** Ports from here on, one for each server: several may run at once. */
const FIRST_PORT = 8080;
/** What every shell takes as it is. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/**
 * Returns the line for a POSIX shell, and the address that it serves.
 *
 * @param at Which of the servers it is, from 0 on.
 */
export function bridgeTo(command: readonly string[], at: number): { line: string; address: string } {
  const port = FIRST_PORT + at;
  const words = command.map((word) => (PLAIN_WORD.test(word) ? word : quoteForShell(word)));
  return { line: ['npx', 'mcp-proxy', '--port', String(port), '--', ...words].join(' '), address: `http://127.0.0.1:${port}/mcp` };
}
