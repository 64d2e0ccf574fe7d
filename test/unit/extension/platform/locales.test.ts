/** Proves that the words are whole in every language, and that each finds its way to the screen as it is written. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { locale, t, tAround, tCount } from '../../../../extension/platform/i18n.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const LOCALES = join(ROOT, 'extension/public/_locales');

type Messages = { [key: string]: { message: string } };
const read = (language: string): Messages => JSON.parse(readFileSync(join(LOCALES, language, 'messages.json'), 'utf8')) as Messages;
const english = read('en');
const others = readdirSync(LOCALES).filter((name) => name !== 'en');
const placesOf = (message: string) => [...new Set(message.match(/\$\d/g))].toSorted();

describe('messages', () => {
  it('has a second language', () => expect(others).toContain('de'));

  it('keeps one message on each line, and none twice', () => {
    for (const language of ['en', ...others]) {
      const lines = readFileSync(join(LOCALES, language, 'messages.json'), 'utf8').split('\n');
      const keys = lines.flatMap((line) => /^ {2}"(\w+)": \{ "message": ".+" \},?$/.exec(line)?.[1] ?? []);
      expect(keys, language).toStrictEqual(Object.keys(read(language)));
      expect(new Set(keys).size, language).toBe(keys.length);
      expect(lines.filter((line) => line.includes('"')).length, language).toBe(keys.length);
    }
  });

  it.each(others)('says all of it in %s, with the same values', (language) => {
    const translated = read(language);
    expect(Object.keys(translated)).toStrictEqual(Object.keys(english));
    for (const [key, { message }] of Object.entries(english))
      expect(placesOf(translated[key]?.message ?? ''), key).toStrictEqual(placesOf(message));
  });

  it('has no sign that browsers read as more than a value', () => {
    for (const [key, { message }] of Object.entries(english)) expect(message.replaceAll(/\$[1-9]/g, ''), key).not.toContain('$');
  });

  it('comes in pairs where things are counted', () => {
    const counted = Object.keys(english).filter((key) => /_(one|other)$/.test(key));
    for (const key of counted) {
      expect(english, key).toHaveProperty(key.replace(/_one$/, '_other'));
      expect(english, key).toHaveProperty(key.replace(/_other$/, '_one'));
    }
  });

  it('holds nothing that no file asks for', () => {
    const sources = readdirSync(join(ROOT, 'extension'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => readFileSync(join(ROOT, 'extension', path), 'utf8'));
    const all = [...sources, readFileSync(join(ROOT, 'wxt.config.ts'), 'utf8')].join('\n');
    const isAsked = (key: string) =>
      // Keys that are put together from a closed list are named by their beginning: `error_${code}_title`.
      new RegExp(`['_]${key.replace(/_(one|other)$/, '')}(?:'|__)`).test(all) ||
      [...all.matchAll(/`([a-z]\w*_)\$\{[^}]+\}(_\w+)?`/g)].some(([, start = '', end = '']) => key.startsWith(start) && key.endsWith(end));
    expect(Object.keys(english).filter((key) => !isAsked(key))).toStrictEqual([]);
  });
});

describe('words', () => {
  const getMessage = fakeBrowser.i18n.getMessage;
  beforeEach(() => {
    fakeBrowser.i18n.getMessage = getMessage;
  });

  it('puts values in as they are', () => {
    fakeBrowser.i18n.getMessage = (_: string, values: unknown = []) => [values].flat().join(' and ');
    expect(t('panel_tools', '$1 | <b>', 2)).toBe('$1 | <b> and 2');
  });

  it('takes the form of the number', () => {
    fakeBrowser.i18n.getMessage = (key: string) => (key === 'language' ? 'en' : key);
    const count = tCount as (key: string, count: number) => string;
    expect([count('things', 1), count('things', 0), count('things', 2)]).toStrictEqual(['things_one', 'things_other', 'things_other']);
  });

  it('leaves the place of an element free', () => {
    fakeBrowser.i18n.getMessage = (_: string, values: unknown = []) => `Known as ${[values].flat()[0]} since today`;
    expect(tAround('panel_tools')).toStrictEqual(['Known as ', ' since today']);
  });

  it('takes dates and numbers from the browser only where the words are in its language', () => {
    fakeBrowser.i18n.getUILanguage = () => 'en-GB';
    expect(locale()).toBe('en-GB');
    fakeBrowser.i18n.getUILanguage = () => 'fr-CA';
    expect(locale()).toBe('en');
  });
});
