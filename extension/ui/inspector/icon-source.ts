/**
 * Owns which icons of a server may be drawn: pictures that it sent along, told by their bytes. Nothing is ever fetched for one. Pure.
 * Source: MCP 2026-07-28, Base Protocol > Icons.
 */
import { isJsonObject } from '../../state/schema-form/json-value.ts';
import { readImageSize } from './image-size.ts';
import { judgeMedia } from './media-bytes.ts';

export type IconSource = { kind: 'picture'; url: string } | { kind: 'elsewhere' } | { kind: 'unknown' };
export type IconPair = { light: string; dark: string };

/** Icons of one thing that are looked at. */
export const MAX_ICONS = 8;
/** Characters of base64 (300 kB of bytes): a list may show an icon on every line. */
const MAX_ICON_LENGTH = 400_000;
/** An icon has to tell its size in its first two kilobytes, or it is not drawn. */
const HEAD_LENGTH = 2732;
/** 4 MB unpacked. */
const MAX_ICON_PIXELS = 1024 * 1024;
const DATA_URL = /^data:[^,]{0,100};base64,(.*)$/s;

/** Judges the address of one icon. */
export function judgeIcon(src: string): IconSource {
  const base64 = DATA_URL.exec(src)?.[1];
  if (base64 === undefined) return { kind: 'elsewhere' };
  if (base64.length > MAX_ICON_LENGTH) return { kind: 'unknown' };
  const media = judgeMedia(base64);
  const size = media?.kind === 'image' ? readImageSize(base64.slice(0, HEAD_LENGTH)) : undefined;
  if (media === undefined || size === undefined || size.width * size.height > MAX_ICON_PIXELS) return { kind: 'unknown' };
  return { kind: 'picture', url: `data:${media.mimeType};base64,${base64}` };
}

/** Returns what to draw of the `icons` of a tool, resource or prompt, on either ground; undefined where nothing may be drawn. */
export function pickIcons(icons: unknown): IconPair | undefined {
  if (!Array.isArray(icons)) return undefined;
  const drawable = icons.slice(0, MAX_ICONS).flatMap((icon: unknown) => {
    if (!isJsonObject(icon) || typeof icon['src'] !== 'string') return [];
    const judged = judgeIcon(icon['src']);
    return judged.kind === 'picture' ? [{ url: judged.url, theme: icon['theme'] }] : [];
  });
  const forGround = (theme: 'light' | 'dark') =>
    drawable.find((icon) => icon.theme === theme) ??
    drawable.find((icon) => icon.theme !== 'light' && icon.theme !== 'dark') ??
    drawable[0];
  const [light, dark] = [forGround('light'), forGround('dark')];
  return light && dark && { light: light.url, dark: dark.url };
}
