/** Owns what of a server's list counts as a tool: one odd entry must not hide the others. Pure. */
import * as z from 'zod/mini';
import type { Tool } from './mcp-connection.ts';

const Named = z.looseObject({ name: z.string() });
const isText = (value: unknown): boolean => typeof value === 'string';
/** Members that more is done with than showing them: what is no such thing is left out, not the tool. */
const MEMBERS = new Map<string, (value: unknown) => boolean>([
  ['title', isText],
  ['description', isText],
  ['annotations', (value) => typeof value === 'object' && value !== null],
]);

/** Returns a tool as it came; nothing for what has no name, and can't be called. */
export function toTool(raw: unknown): Tool[] {
  const named = Named.safeParse(raw);
  if (!named.success) return [];
  return [Object.fromEntries(Object.entries(named.data).filter(([key, value]) => MEMBERS.get(key)?.(value) ?? true)) as Tool];
}
