/** Owns under what name content of a server is saved. Pure. */

/** Returns a harmless file name: the last part of a URI, or the label, with an ending that fits. */
export function fileName(source: string, mimeType: string): string {
  const last =
    source
      .split(/[/\\?#]/)
      .filter(Boolean)
      .at(-1) ?? 'content';
  const base =
    last
      .replace(/[^\p{Letter}\p{Number}._ -]/gu, '')
      .replace(/^[. ]+/, '')
      .slice(0, 80) || 'content';
  const ending = /^[a-z]+\/([a-z0-9]{2,8})$/.exec(mimeType)?.[1];
  return base.includes('.') || ending === undefined ? base : `${base}.${ending === 'plain' ? 'txt' : ending}`;
}
