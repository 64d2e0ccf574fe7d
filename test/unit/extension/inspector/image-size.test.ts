/** How large pictures say they are. */
import { describe, expect, it } from 'vitest';
import { isTooManyPixels, readImageSize } from '../../../../extension/ui/inspector/image-size.ts';

const encode = (...parts: (string | readonly number[])[]): string =>
  btoa(parts.map((part) => (typeof part === 'string' ? part : String.fromCharCode(...part))).join(''));
const big = (value: number, bytes: number): number[] => Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 255);
const little = (value: number, bytes: number): number[] => big(value, bytes).toReversed();

const png = (width: number, height: number) =>
  encode([0x89], 'PNG\r\n\x1a\n', big(13, 4), 'IHDR', big(width, 4), big(height, 4), [8, 6, 0, 0, 0]);
const gif = (width: number, height: number) => encode('GIF89a', little(width, 2), little(height, 2), '...........'.repeat(2));
const webp = (chunk: string, ...rest: (string | number[])[]) =>
  encode('RIFF', little(100, 4), 'WEBP', chunk, little(10, 4), ...rest, '..........');
const jpeg = (width: number, height: number, before = 100) =>
  encode(
    ...[[0xff, 0xd8], [0xff, 0xe1], big(before + 2, 2), 'x'.repeat(before), [0xff, 0xff, 0xc4], big(4, 2), [0, 0]],
    ...[[0xff, 0xc2], big(17, 2), [8], big(height, 2), big(width, 2), [3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]],
  );

describe('the size of', () => {
  it.each([
    ['PNG', png(640, 480)],
    ['GIF', gif(640, 480)],
    ['WebP, extended', webp('VP8X', [0, 0, 0, 0], little(639, 3), little(479, 3))],
    ['WebP, lossy', webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a], little(640, 2), little(480, 2))],
    ['WebP, lossless', webp('VP8L', [0x2f], little(639 | (479 << 14), 4))],
    ['JPEG', jpeg(640, 480)],
    ['JPEG behind a long preview', jpeg(640, 480, 60_000)],
  ])('a %s is read', (_, base64) => {
    expect(readImageSize(base64)).toEqual({ width: 640, height: 480 });
  });

  it.each([
    '',
    '%%%',
    encode('GIF'),
    encode([0xff, 0xd8], 'x'.repeat(40)),
    encode([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff], 'x'.repeat(40)),
    webp('VP'),
  ])('nothing is told of what has none: %j', (base64) => {
    if (base64 !== webp('VP')) expect(readImageSize(base64)).toBeUndefined();
    expect(isTooManyPixels(base64)).toBe(false);
  });
});

it.each([
  [png(5120, 2880), false],
  [png(5000, 5000), false],
  [png(5001, 5000), true],
  [png(0xffff_ffff, 0xffff_ffff), true],
  [jpeg(65_535, 65_535), true],
  [webp('VP8X', [0, 0, 0, 0], little(16_777_215, 3), little(16_777_215, 3)), true],
])('is judged by the pixels (%#): too many %j', (base64, isTooMany) => {
  expect(isTooManyPixels(base64)).toBe(isTooMany);
});
