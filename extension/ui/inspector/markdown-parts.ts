/**
 * Owns where long Markdown is cut into parts that are parsed one by one, so that no frame is long: between blocks. A block of code that is
 * cut goes on as one. Accepted loss: a link whose address is defined in another part stays text. Pure.
 */

export type MarkdownPart = {
  text: string;
  /** Where it ends in the whole. */
  end: number;
};

/** Characters after which the next gap between blocks ends a part: some milliseconds of parsing. */
const PART_LENGTH = 2000;
/** Characters of a part that has no gap, a long table say. */
const MAX_PART_LENGTH = 8000;
/** Quotes and lists inside each other, beyond what anybody writes: parsing them takes time that grows with their square. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[*+-](?=[ \t])|\d{1,9}[.)](?=[ \t]))){30}/m;

/** Tells whether a part was made to break readers; it is shown as it came. */
export const isTooNested = (text: string): boolean => TOO_DEEP.test(text);

/** Returns the parts; together they are the text, but for what opens and closes code that was cut. */
export function cutMarkdown(text: string, partLength = PART_LENGTH, maxLength = MAX_PART_LENGTH): MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  let opening = '';
  for (let from = 0; from < text.length; ) {
    const { end, fence } = cutIn(text, from, partLength, maxLength, opening);
    const closing = fence === '' ? '' : `\n${fenceMark(fence)}\n`;
    parts.push({ text: opening + text.slice(from, end) + closing, end });
    opening = fence === '' ? '' : `${fence}\n`;
    from = end;
  }
  return parts;
}

/** Returns where a part ends, and the line that opened the code that it ends in. */
function cutIn(text: string, from: number, partLength: number, maxLength: number, opening: string): { end: number; fence: string } {
  const limit = from + maxLength;
  let fence = opening.trimEnd();
  let at = from;
  while (at < text.length) {
    const lineBreak = text.indexOf('\n', at);
    const lineEnd = lineBreak < 0 ? text.length : lineBreak + 1;
    if (lineEnd > limit) break;
    const line = text.slice(at, lineEnd).trimEnd();
    const mark = fenceMark(line);
    if (fence === '') fence = mark === '' ? '' : line;
    else if (mark.startsWith(fenceMark(fence)) && line.trim() === mark) fence = '';
    at = lineEnd;
    if (fence === '' && line === '' && at - from >= partLength) return { end: at, fence };
  }
  if (at > from) return { end: at, fence };
  const code = text.charCodeAt(limit);
  return { end: Math.min(text.length, limit + Number(code >= 0xdc00 && code <= 0xdfff)), fence };
}

const fenceMark = (line: string): string => /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
