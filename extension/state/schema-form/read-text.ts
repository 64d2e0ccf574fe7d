/** Owns what text that was typed stands for: a number, JSON, nothing yet. Pure. What is sent is what was typed: never another number. */
import { type ParseError, parseTree, visit } from 'jsonc-parser';
import { AppError } from '../../../shared/errors.ts';
import { parseJsonText } from '../../../shared/json-text.ts';
import { formatNumber, t } from '../../platform/i18n.ts';
import type { Json } from './json-value.ts';

export type ReadText = { kind: 'value'; value: Json } | { kind: 'empty' } | { kind: 'unreadable'; message: string };

/** Reads a number as JSON would write it, with some kindness: a leading point or plus is fine, a unit is not. */
export function readNumber(text: string): ReadText {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (!/^[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return { kind: 'unreadable', message: t('form_numberWanted') };
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return { kind: 'unreadable', message: t('form_numberTooLarge') };
  if (/^[+-]?\d+$/.test(trimmed) && !Number.isSafeInteger(value)) return { kind: 'unreadable', message: t('form_numberLosesDigits') };
  return { kind: 'value', value };
}

/** Reads the text of a JSON field or of the JSON view. */
export function readJson(text: string): ReadText {
  if (text.trim() === '') return { kind: 'empty' };
  try {
    const value = parseJsonText(text) as Json;
    const lost = findLostNumber(text);
    return lost === undefined ? { kind: 'value', value } : { kind: 'unreadable', message: lost };
  } catch (error) {
    if (error instanceof AppError && error.code === 'JSON_TOO_DEEP') return { kind: 'unreadable', message: t('form_jsonTooDeep') };
    return { kind: 'unreadable', message: syntaxWords(text) };
  }
}

/** Digits beyond those that a number of the browser's holds, and powers of ten that it may not hold. */
const MAY_LOSE = /\d{16}|e\+?\d{3}/i;

/** Returns what is to be said of the first number that would not be sent as it is written: JSON holds more than the browser's numbers do. */
function findLostNumber(text: string): string | undefined {
  if (!MAY_LOSE.test(text)) return undefined;
  let lost: string | undefined;
  visit(text, {
    onLiteralValue(value, offset, length) {
      if (lost !== undefined || typeof value !== 'number') return;
      const written = text.slice(offset, offset + length);
      if (!Number.isFinite(Number(written))) lost = t('form_numberLost', written.slice(0, 40), t('form_numberTooLarge'));
      else if (/^-?\d+$/.test(written) && String(Number(written)) !== written && BigInt(written) !== BigInt(Number(written)))
        lost = t('form_numberLost', written.slice(0, 40), t('form_numberLosesDigits'));
    },
  });
  return lost;
}

/** Says where text stops being JSON: what browsers say differs, and is English. */
function syntaxWords(text: string): string {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const at = errors[0]?.offset ?? text.length;
  const before = text.slice(0, at).split('\n');
  return t('form_jsonUnreadable', formatNumber(before.length), formatNumber((before.at(-1)?.length ?? 0) + 1));
}
