/**
 * Owns headers for a server while they are being typed: rows, what is wrong with one, and what a paste brings. Pure.
 * They are kept nowhere in the extension: from here they go to the backend, and nobody gets a value back.
 */

import { MAX_SERVER_HEADERS } from '../../shared/limits.ts';
import type { ServerHeaders } from '../../shared/requests.ts';
import { parseServerHeaders } from '../../shared/server-headers.ts';
import { t } from '../platform/i18n.ts';
import { headerFault } from './fault-words.ts';

export type HeaderRow = { key: number; name: string; value: string };

let keys = 0;
/** Returns a row; its key tells it from others while it is on screen. */
export const headerRow = (name = '', value = ''): HeaderRow => ({ key: ++keys, name, value });

export type HeadersVerdict =
  | { kind: 'ok'; headers: ServerHeaders | undefined }
  | { kind: 'invalid'; key: number; part: 'name' | 'value'; reason: string };

/**
 * Returns the headers that the rows mean; rows with nothing in them mean nothing.
 *
 * What may be sent at all is decided in shared/server-headers.ts, where the backend asks too.
 */
export function readRows(rows: readonly HeaderRow[]): HeadersVerdict {
  const headers: [name: string, value: string][] = [];
  for (const { key, name: typed, value: typedValue } of rows) {
    const [name, value] = [typed.trim(), typedValue.trim()];
    if (name === '' && value === '') continue;
    const refuse = (part: 'name' | 'value', reason: string) => ({ kind: 'invalid', key, part, reason }) as const;
    if (name === '') return refuse('name', t('session_headerNameMissing'));
    const named = parseServerHeaders({ [name]: 'x' });
    if (named.kind === 'invalid') return refuse('name', headerFault(named));
    if (headers.some(([other]) => other.toLowerCase() === name.toLowerCase())) return refuse('name', t('session_headerThere'));
    if (value === '') return refuse('value', t('session_headerValueMissing', name));
    const whole = parseServerHeaders({ [name]: value });
    if (whole.kind === 'invalid') return refuse('value', headerFault(whole));
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
