/**
 * Owns making text from outside honest: characters that hide, reorder or smuggle text are shown as what they are. Pure.
 * Source: Unicode TR36 and TR39; tag characters and variation selectors carry invisible instructions.
 */
import { formatNumber, t } from '../../platform/i18n.ts';

export type TextPart = { kind: 'plain'; text: string } | { kind: 'hidden'; text: string; names: string };

// Controls but tab and line breaks, and all that Unicode allows to draw as nothing: bidi controls, zero-width characters, fillers, tags.
// Emoji and some scripts need joiners and two variation selectors; a joiner counts where nothing is to be joined.
// A carriage return counts only without a line feed: alone it overwrites the line in other tools.
const HIDDEN =
  /(?:[[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\t\n\r\u200c\u200d\ufe0e\ufe0f]]|\r(?!\n))+|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{Script=Devanagari}\p{Script=Malayalam}])\u200d|(?<![\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Malayalam}])\u200c/gv;

/** Splits text into what is shown as it is and what is shown as a name. Joiners that write emoji or Persian stay as they are. */
export function splitHidden(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > end) parts.push({ kind: 'plain', text: text.slice(end, match.index) });
    const names = [...match[0]].map((char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
    parts.push({ kind: 'hidden', text: match[0], names: nameRun(names) });
    end = match.index + match[0].length;
  }
  if (end < text.length || parts.length === 0) parts.push({ kind: 'plain', text: text.slice(end) });
  return parts;
}

/** Returns text for places that can't be drawn in: tooltips and names for screen readers. */
export const spellHidden = (text: string): string =>
  splitHidden(text)
    .map((part) => (part.kind === 'plain' ? part.text : `[${part.names}]`))
    .join('');

/** A long run is told by its first characters and its length: a page of escapes hides as well as none. */
function nameRun(names: string[]): string {
  return names.length <= 4 ? names.join(' ') : t('kit_hiddenRun', names.slice(0, 3).join(' '), formatNumber(names.length));
}
