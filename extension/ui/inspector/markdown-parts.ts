/**
 * Owns where long Markdown is cut into parts that are parsed one by one, so that no frame is long: between blocks, never in fenced code.
 * Accepted loss: a link whose address is defined in another part stays text. Pure.
 */

/** Characters of a part: about ten milliseconds of parsing. */
const PART_LENGTH = 8000;

/** Returns where the parts end; the last end is the text's. */
export function cutMarkdown(text: string, partLength = PART_LENGTH): number[] {
  const ends: number[] = [];
  let from = 0;
  while (text.length - from > partLength) {
    const end = cutIn(text, from, from + partLength);
    ends.push(end);
    from = end;
  }
  return [...ends, text.length];
}

/** Returns the best place before a limit: an empty line outside of fences, else the end of a line, else where it comes. */
function cutIn(text: string, from: number, limit: number): number {
  let fence: string | undefined;
  let best = 0;
  let lastLine = 0;
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\n', at);
    if (lineEnd < 0 || lineEnd >= limit) break;
    const line = text.slice(at, lineEnd);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence)) fence = undefined;
    at = lineEnd + 1;
    lastLine = at;
    if (fence === undefined && line.trim() === '') best = at;
  }
  if (best > from) return best;
  if (lastLine > from) return lastLine;
  const code = text.charCodeAt(limit);
  return limit + Number(code >= 0xdc00 && code <= 0xdfff);
}
