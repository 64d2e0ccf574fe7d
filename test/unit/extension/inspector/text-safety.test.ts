/** Proves how what a server sends is made fit to be shown: hidden characters, media told by their bytes. */
import { describe, expect, it } from 'vitest';
import { base64Bytes, decodeBase64, judgeMedia } from '../../../../extension/ui/inspector/media-bytes.ts';
import { byteWords, durationWords, timeOfDay } from '../../../../extension/ui/inspector/quantities.ts';
import { splitHidden } from '../../../../extension/ui/kit/visible-text.ts';

const spelled = (text: string): string =>
  splitHidden(text)
    .map((part) => (part.kind === 'plain' ? part.text : `⟨${part.names}⟩`))
    .join('');

describe('hidden characters', () => {
  it.each([
    ['bidi override', 'evil\u202egnp.exe', 'evil⟨U+202E⟩gnp.exe'],
    ['bidi isolate', 'a\u2066b\u2069', 'a⟨U+2066⟩b⟨U+2069⟩'],
    ['zero-width space', 'pay\u200bpal', 'pay⟨U+200B⟩pal'],
    ['byte order mark', '\ufeffx', '⟨U+FEFF⟩x'],
    ['soft hyphen', 'a\u00adb', 'a⟨U+00AD⟩b'],
    ['control', 'a\u0000\u001b[31m', 'a⟨U+0000 U+001B⟩[31m'],
    ['lone carriage return', 'good\rbad', 'good⟨U+000D⟩bad'],
    ['joiner between letters', 'a\u200db', 'a⟨U+200D⟩b'],
    ['Hangul filler', 'a\u3164b', 'a⟨U+3164⟩b'],
    ['variation selectors that carry bytes', 'a\u{e0101}', 'a⟨U+E0101⟩'],
    ['long run of tags', 'x\u{e0041}\u{e0042}\u{e0043}\u{e0044}\u{e0045}y', 'x⟨U+E0041 U+E0042 U+E0043 … 5 hidden characters⟩y'],
  ])('are named: %s', (_, text, shown) => {
    expect(spelled(text)).toBe(shown);
  });

  it.each(['two\nlines\tand a tab\r\n', '👨‍👩‍👧 family', '❤️', 'می‌خواهم', 'क्‍ष', 'مرحبا', '', 'plain'])('are not seen in %j', (text) => {
    expect(splitHidden(text)).toEqual([{ kind: 'plain', text }]);
  });
});

describe('media', () => {
  const encoded = (...parts: (string | number[])[]): string =>
    btoa(parts.map((part) => (typeof part === 'string' ? part : String.fromCharCode(...part))).join(''));
  it.each([
    [encoded([0x89], 'PNG\r\n\x1a\n', '....'), 'image/png'],
    [encoded([0xff, 0xd8, 0xff, 0xe0], 'JFIF'), 'image/jpeg'],
    [encoded('GIF89a'), 'image/gif'],
    [encoded('RIFF....WEBPVP8 '), 'image/webp'],
    [encoded('RIFF....WAVEfmt '), 'audio/wav'],
    [encoded('ID3\x04'), 'audio/mpeg'],
    [encoded('OggS'), 'audio/ogg'],
    [encoded('fLaC'), 'audio/flac'],
  ])('are told by their first bytes', (base64, mimeType) => {
    expect(judgeMedia(base64)?.mimeType).toBe(mimeType);
  });

  it.each(['', '%%%', btoa('<svg onload=alert(1)>'), btoa('<html>'), btoa('RIFF....AVI '), btoa('%PDF-1.7')])(
    'are nothing else: %j',
    (base64) => {
      expect(judgeMedia(base64)).toBeUndefined();
    },
  );

  it('have the size of their bytes, and are decoded only when they are base64', () => {
    expect(['', btoa('a'), btoa('ab'), btoa('abc')].map(base64Bytes)).toEqual([0, 1, 2, 3]);
    expect(decodeBase64(btoa('abc'))).toEqual(new Uint8Array([97, 98, 99]));
    expect(decodeBase64('%')).toBeUndefined();
  });
});

describe('quantities', () => {
  it('read as people say them', () => {
    expect([0, 999, 1500, 12_345, 10_000_000].map(byteWords)).toEqual(['0 B', '999 B', '1.5 kB', '12 kB', '10.0 MB']);
    expect([0.4, 14.4, 1500, 90_000].map(durationWords)).toEqual(['<1 ms', '14 ms', '1.5 s', '1 min 30 s']);
    expect(timeOfDay('nonsense')).toBe('--:--:--');
  });
});
