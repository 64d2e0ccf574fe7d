/** Owns roots as they cross between extension and backend: folders that a user names to a server, and which addresses can be one. Pure. */
import * as z from 'zod/mini';
import { MAX_NAME_LENGTH, MAX_ROOT_URI_LENGTH, MAX_ROOTS } from './limits.ts';

/** A folder or file that the user names to a server. Only `file://` is allowed. Source: MCP 2025-11-25, Roots > Data types. */
export const Root = z.object({
  uri: z.string().check(z.maxLength(MAX_ROOT_URI_LENGTH)),
  name: z.optional(z.string().check(z.maxLength(MAX_NAME_LENGTH))),
});
export type Root = z.infer<typeof Root>;
export const Roots = z.array(Root).check(z.maxLength(MAX_ROOTS));

export type RootVerdict = { kind: 'ok'; uri: string } | { kind: 'invalid'; problem: 'not-a-url' | 'not-file' | 'too-long' };

/** Judges the address of a root; an ok one is written as a URL writes it. */
export function parseRootUri(text: string): RootVerdict {
  const trimmed = text.trim();
  if (!/^file:\/\//i.test(trimmed)) return { kind: 'invalid', problem: /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? 'not-file' : 'not-a-url' };
  if (!URL.canParse(trimmed)) return { kind: 'invalid', problem: 'not-a-url' };
  const uri = new URL(trimmed).href;
  return uri.length > MAX_ROOT_URI_LENGTH ? { kind: 'invalid', problem: 'too-long' } : { kind: 'ok', uri };
}
