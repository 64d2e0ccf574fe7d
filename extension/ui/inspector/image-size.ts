/**
 * Owns how large a picture says it is, read from its first bytes: a few kilobytes can unpack into gigabytes. Pure.
 * Which formats there are is media-bytes.ts.
 */

export type ImageSize = { width: number; height: number };

/** Pixels that are drawn (100 MB unpacked): more than any screen has. Larger pictures can be saved. */
const MAX_PIXELS = 25_000_000;

/** Bytes that are looked at: cameras put previews and colour profiles before the size of a JPEG. */
const MAX_HEAD_BYTES = 600_000;

/** Tells whether a picture is too large to be unpacked. One that does not tell its size can't be drawn by any browser. */
export function isTooManyPixels(base64: string): boolean {
  const size = readImageSize(base64);
  return size !== undefined && size.width * size.height > MAX_PIXELS;
}

/** Returns the size of a PNG, GIF, WebP or JPEG; undefined where there is none to be read. */
export function readImageSize(base64: string): ImageSize | undefined {
  const bytes = decodeHead(base64);
  if (bytes === undefined || bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer);
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(1, 4) === 'PNG') return { width: view.getUint32(16), height: view.getUint32(20) };
  if (text(0, 4) === 'GIF8') return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (text(8, 12) === 'WEBP') return readWebp(view, text(12, 16));
  if (view.getUint16(0) === 0xffd8) return readJpeg(view);
  return undefined;
}

/** Source: RFC 9649, sections 2.5 to 2.7. */
function readWebp(view: DataView, chunk: string): ImageSize | undefined {
  if (view.byteLength < 30) return undefined;
  const threeBytes = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === 'VP8X') return { width: threeBytes(24) + 1, height: threeBytes(27) + 1 };
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  const packed = view.getUint32(21, true);
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
}

/** Segment by segment until the frame's header. Source: ITU-T T.81, annex B. */
function readJpeg(view: DataView): ImageSize | undefined {
  for (let at = 2; at + 9 < view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff00) return undefined;
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function decodeHead(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64.slice(0, Math.ceil(MAX_HEAD_BYTES / 3) * 4)), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
