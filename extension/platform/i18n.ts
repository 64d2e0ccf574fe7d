/**
 * Owns how the words on screen are read from `_locales`: English is complete, other languages have the same keys.
 *
 * The browser's own messages, without a library over them: @wxt-dev/i18n looks for plural forms after it has put values in, so
 * that a server's name with " | " in it would break a sentence.
 */
import type english from '../public/_locales/en/messages.json';
import { browser } from './web-extension.ts';

export type MessageKey = keyof typeof english;
type CountedKey<Key = MessageKey> = Key extends `${infer Base}_other` ? Base : never;

/** Stands for a value while a sentence is taken apart; a private-use character, which no message has. */
const PLACE = '\uE000';

let plurals: Intl.PluralRules | undefined;

/** Returns the words of a key; `$1` to `$9` in them are replaced by the values, whose text is taken as it is. */
export const t = (key: MessageKey, ...values: readonly (string | number)[]): string => browser.i18n.getMessage(key, values.map(String));

/** Returns the words for a number of things, in the form that the language has for it; `$1` is the number, the values follow. */
export function tCount(key: CountedKey, count: number, ...values: readonly (string | number)[]): string {
  plurals ??= new Intl.PluralRules(wordsLanguage());
  const form = plurals.select(count);
  return t(`${key}_${form === 'one' ? 'one' : 'other'}` as MessageKey, formatNumber(count), ...values);
}

/** Returns what stands before and after the one value of a message, so that an element can stand in its place. */
export function tAround(key: MessageKey): readonly [before: string, after: string] {
  const [before = '', after = ''] = t(key, PLACE).split(PLACE);
  return [before, after];
}

/** Returns the language that the words are in, as a BCP 47 tag: the browser's if we have it, else English. */
const wordsLanguage = (): string => t('language');

/** Returns the locale of dates and numbers: the browser's where the words are in its language, with its region. */
export function locale(): string {
  const wanted = browser.i18n.getUILanguage();
  const language = wordsLanguage();
  return wanted.split('-')[0] === language ? wanted : language;
}

/** Making one takes as long as using it a hundred times, and lists use them for every line. */
const numbers: Record<string, Intl.NumberFormat> = {};
const dates: Record<string, Intl.DateTimeFormat> = {};

const keyOf = (options: object): string => locale() + JSON.stringify(options);

/** Returns a number as the locale writes it. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = keyOf(options);
  const format = numbers[key] ?? new Intl.NumberFormat(locale(), options);
  numbers[key] = format;
  return format.format(value);
}

/** Returns a point in time as the locale writes it; `ms` is a time that there is. */
export function formatDate(ms: number, options: Intl.DateTimeFormatOptions): string {
  const key = keyOf(options);
  const format = dates[key] ?? new Intl.DateTimeFormat(locale(), options);
  dates[key] = format;
  return format.format(ms);
}

/** Tells the page its language, for screen readers and hyphenation. */
export function setPageLanguage(): void {
  document.documentElement.lang = wordsLanguage();
}
