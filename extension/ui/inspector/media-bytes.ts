/**
 * Owns what a base64 payload really is, told by its first bytes. Pure. What the server calls it is not believed: only formats that a browser
 * draws or plays without running anything are let through.
 */

export type Media = { kind: 'image' | 'audio'; mimeType: string };

/** AVIF and HEIF begin as sound does; they are not drawn: how large they unpack is not read. Source: ISO/IEC 23008-12, annex B. */
const PICTURES = ['avif', 'avis', 'heic', 'heix', 'hevc', 'mif1', 'msf1'];

const SIGNATURES: readonly (Media & {
  at: number;
  bytes: readonly number[];
  and?: { at: number; text: string };
  not?: { at: number; texts: readonly string[] };
})[] = [
  { kind: 'image', mimeType: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: 'image', mimeType: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { kind: 'image', mimeType: 'image/gif', at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { kind: 'image', mimeType: 'image/webp', at: 0, bytes: [0x52, 0x49, 0x46, 0x46], and: { at: 8, text: 'WEBP' } },
  { kind: 'audio', mimeType: 'audio/wav', at: 0, bytes: [0x52, 0x49, 0x46, 0x46], and: { at: 8, text: 'WAVE' } },
  { kind: 'audio', mimeType: 'audio/mpeg', at: 0, bytes: [0x49, 0x44, 0x33] },
  { kind: 'audio', mimeType: 'audio/mpeg', at: 0, bytes: [0xff, 0xfb] },
  { kind: 'audio', mimeType: 'audio/mpeg', at: 0, bytes: [0xff, 0xf3] },
  { kind: 'audio', mimeType: 'audio/mpeg', at: 0, bytes: [0xff, 0xf2] },
  { kind: 'audio', mimeType: 'audio/ogg', at: 0, bytes: [0x4f, 0x67, 0x67, 0x53] },
  { kind: 'audio', mimeType: 'audio/flac', at: 0, bytes: [0x66, 0x4c, 0x61, 0x43] },
  { kind: 'audio', mimeType: 'audio/mp4', at: 4, bytes: [0x66, 0x74, 0x79, 0x70], not: { at: 8, texts: PICTURES } },
  { kind: 'audio', mimeType: 'audio/webm', at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] },
];

/** Characters of base64 that are drawn or played in the panel (5 MB of bytes); larger payloads can be saved. */
export const MAX_MEDIA_LENGTH = 7_000_000;

/** Returns what a payload is; undefined when it is nothing that may be shown. */
export function judgeMedia(base64: string): Media | undefined {
  const head = decodeHead(base64);
  if (head === undefined) return undefined;
  const found = SIGNATURES.find(
    ({ at, bytes, and, not }) =>
      bytes.every((byte, i) => head.charCodeAt(at + i) === byte) &&
      (and === undefined || head.startsWith(and.text, and.at)) &&
      !not?.texts.some((text) => head.startsWith(text, not.at)),
  );
  return found === undefined ? undefined : { kind: found.kind, mimeType: found.mimeType };
}

function decodeHead(base64: string): string | undefined {
  try {
    return atob(base64.slice(0, 64));
  } catch {
    return undefined;
  }
}

/** Returns the number of bytes that base64 text stands for. */
export function base64Bytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
}

/** Decodes base64 for saving; undefined when it is none. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    // Not Uint8Array.from with a function: that takes a second for ten megabytes.
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
