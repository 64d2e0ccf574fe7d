/**
 * Owns headers for a server while they are being typed: rows, what is wrong with one, and what a paste brings. Pure.
 * They are kept nowhere in the extension: from here they go to the backend, and nobody gets a value back.
 */
import type { ServerHeaders } from '../../shared/contract.ts';
import { MAX_HEADER_NAME_LENGTH, MAX_HEADER_VALUE_LENGTH, MAX_SERVER_HEADERS } from '../../shared/limits.ts';

export type HeaderRow = { key: number; name: string; value: string };

let keys = 0;
/** Returns a row; its key tells it from others while it is on screen. */
export const headerRow = (name = '', value = ''): HeaderRow => ({ key: ++keys, name, value });

export type HeadersVerdict =
  | { kind: 'ok'; headers: ServerHeaders | undefined }
  | { kind: 'invalid'; key: number; part: 'name' | 'value'; reason: string };

/** Source: RFC 9110, section 5.6.2 (token) and 5.5 (field values: visible characters, spaces and tabs inside). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Returns the headers that the rows mean; rows with nothing in them mean nothing. What a server may not be sent at all, the backend knows. */
export function readRows(rows: readonly HeaderRow[]): HeadersVerdict {
  const headers: [name: string, value: string][] = [];
  const seen = new Set<string>();
  for (const { key, name: typed, value: typedValue } of rows) {
    const [name, value] = [typed.trim(), typedValue.trim()];
    if (name === '' && value === '') continue;
    const refuse = (part: 'name' | 'value', reason: string) => ({ kind: 'invalid', key, part, reason }) as const;
    if (name === '') return refuse('name', 'Enter the name of the header.');
    if (!TOKEN.test(name)) return refuse('name', 'Only letters, digits and hyphens, without spaces.');
    if (name.length > MAX_HEADER_NAME_LENGTH) return refuse('name', `At most ${MAX_HEADER_NAME_LENGTH} characters.`);
    if (seen.has(name.toLowerCase())) return refuse('name', 'This header is there already.');
    if (value === '') return refuse('value', 'Enter its value.');
    if (!VALUE.test(value)) return refuse('value', 'It has characters that no header may have.');
    if (value.length > MAX_HEADER_VALUE_LENGTH) return refuse('value', `At most ${MAX_HEADER_VALUE_LENGTH} characters.`);
    if (seen.size === MAX_SERVER_HEADERS) return refuse('name', `At most ${MAX_SERVER_HEADERS} headers.`);
    seen.add(name.toLowerCase());
    headers.push([name, value]);
  }
  return { kind: 'ok', headers: headers.length === 0 ? undefined : Object.fromEntries(headers) };
}

/**
 * Returns the headers that a pasted text holds: `Name: value`, one a line, as documentation and `curl -H` write them.
 * None for any other text: then it is pasted as it is.
 */
export function parsePastedHeaders(text: string): { name: string; value: string }[] {
  const lines = text.split(/\r?\n/).map(toHeaderLine).filter(Boolean);
  const found = lines.flatMap((line) => {
    // With a space: a key that has a colon in it is no header.
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s+(\S.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: value.trim() }];
  });
  return found.length === lines.length ? found : [];
}

/** Takes off what stands around a header on a command line, and in JSON. */
function toHeaderLine(line: string): string {
  const bare = line
    .trim()
    .replace(/\\$/, '')
    .trim()
    .replace(/^(-H|--header)[\s=]*/, '');
  const quoted = /^(["'])([^"']*)\1,?$/.exec(bare);
  if (quoted) return quoted[2] ?? '';
  const member = /^"([^"]+)"\s*:\s*"([^"]*)",?$/.exec(bare);
  return member ? `${member[1]}: ${member[2]}` : bare;
}

/** Returns the rows after a paste into one of them: it takes the place of rows that are empty, and of those with the same names. */
export function pasteRows(rows: readonly HeaderRow[], pasted: readonly { name: string; value: string }[]): HeaderRow[] {
  const names = new Set(pasted.map(({ name }) => name.toLowerCase()));
  const kept = rows.filter(({ name, value }) => (name !== '' || value !== '') && !names.has(name.toLowerCase()));
  return [...kept, ...pasted.map(({ name, value }) => headerRow(name, value))].slice(0, MAX_SERVER_HEADERS);
}
