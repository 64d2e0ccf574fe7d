/** Owns reading JSON text that nobody vouches for. Pure. What the JSON must contain is the schemas' matter. */
import { AppError } from './errors.ts';
import { MAX_JSON_DEPTH } from './limits.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const OPENS = new Set([91, 123]);
const CLOSES = new Set([93, 125]);

/** Tells whether JSON text nests deeper than the limit, reading it once and without recursion. */
export function isTooDeep(text: string, maxDepth: number = MAX_JSON_DEPTH): boolean {
  // Text this short cannot reach the limit: the common case costs nothing.
  if (text.length <= maxDepth) return false;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (quoted) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) quoted = false;
    } else if (char === QUOTE) quoted = true;
    else if (OPENS.has(char)) {
      if (++depth > maxDepth) return true;
    } else if (CLOSES.has(char)) depth--;
  }
  return false;
}

/**
 * Parses JSON text from outside.
 *
 * @throws AppError JSON_TOO_DEEP before parsing, JSON_MALFORMED when it is no JSON.
 */
export function parseJsonText(text: string): unknown {
  if (isTooDeep(text)) throw new AppError('JSON_TOO_DEEP', `Nest the JSON at most ${MAX_JSON_DEPTH} levels deep.`);
  try {
    return JSON.parse(text);
  } catch {
    // Without its cause: the platform's sentence quotes the text, which may hold a secret, and causes go to the log.
    throw new AppError('JSON_MALFORMED', 'The body could not be read as JSON.');
  }
}
