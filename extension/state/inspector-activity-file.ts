/**
 * Owns the file that activity is saved in: JSON Lines, a line that tells what the file is and then a line for each entry. And reading such a
 * file, whoever made it: every line is parsed, nothing of it is bigger than what fits, what is no entry is counted.
 */
import * as z from 'zod/mini';
import { ActivityEntry, Revision, Transport } from '../../shared/contract.ts';
import { isTooDeep } from '../../shared/json-text.ts';
import { MAX_ACTIVITY_BODY_BYTES } from '../../shared/limits.ts';
import { TOKEN } from '../../shared/server-headers.ts';
import { t } from '../platform/i18n.ts';
import { type ServerFacts, withoutSecrets } from './inspector-activity-secrets.ts';

const FORMAT = 'mooring-activity';
const VERSION = 1;
export const MAX_FILE_BYTES = 100_000_000;
/** Characters of one line: the largest message that is kept, with all that JSON may make of it, and room for its facts. */
const MAX_LINE_LENGTH = MAX_ACTIVITY_BODY_BYTES * 6 + 10_000;
export const MAX_FILE_ENTRIES = 50_000;
/** Numbers of bad lines that are told. */
const MAX_TOLD_LINES = 5;
/** Work after which the browser may draw, ms. */
const SLICE_MS = 8;

const Server = z.object({
  name: z.catch(z.string(), ''),
  url: z.url({ protocol: /^https?$/ }),
  transport: Transport,
  revision: Revision,
  protocolVersion: z.string(),
  headerNames: z.catch(z.array(z.string().check(z.regex(TOKEN))), []),
  signedIn: z.catch(z.boolean(), false),
});
const Header = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  exportedAt: z.catch(z.optional(z.string()), undefined),
  entries: z.catch(z.optional(z.number()), undefined),
  session: z.catch(z.optional(Server), undefined),
});

export type ActivityFile = {
  name: string;
  entries: readonly ActivityEntry[];
  /** Of whom it is, where the file says so. */
  session: (ServerFacts & { name: string }) | undefined;
  exportedAt: string | undefined;
  /** Entries that the file says it has, and that are not there. */
  missing: number;
  bad: { count: number; lines: number[] };
  /** Entries beyond what one file may have: the oldest are shown. */
  leftOut: number;
  isNewer: boolean;
};
export type FileVerdict = { kind: 'ok'; file: ActivityFile } | { kind: 'too-large' | 'no-activity' | 'unreadable' };

/** Returns the first line of a file. */
export function toHeaderLine(session: ServerFacts & { name: string }, entries: number, now: Date): string {
  const { name, url, transport, revision, protocolVersion, headerNames, signedIn } = session;
  const facts = { name, url: withoutSecrets(url), transport, revision, protocolVersion, headerNames, signedIn };
  return `${JSON.stringify({ format: FORMAT, version: VERSION, about: t('activity_fileAbout', MAX_ACTIVITY_BODY_BYTES), exportedAt: now.toISOString(), entries, session: facts })}\n`;
}

export const toEntryLines = (entries: readonly ActivityEntry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** Reads a file that somebody opened. Never throws. */
export async function readActivityFile(file: File): Promise<FileVerdict> {
  if (file.size > MAX_FILE_BYTES) return { kind: 'too-large' };
  const entries: ActivityEntry[] = [];
  const bad = { count: 0, lines: [] as number[] };
  let [number, leftOut] = [0, 0];
  let header: z.infer<typeof Header> | undefined;
  let until = performance.now() + SLICE_MS;
  try {
    for await (const line of linesOf(file)) {
      number++;
      if (performance.now() > until) {
        await new Promise((resolve) => setTimeout(resolve));
        until = performance.now() + SLICE_MS;
      }
      if (line === '') continue;
      const value = parseLine(line);
      if (number === 1) header = Header.safeParse(value).data;
      if (number === 1 && header) continue;
      const entry = ActivityEntry.safeParse(value).data;
      if (entry === undefined || !isNext(entry, entries.at(-1))) {
        bad.count++;
        if (bad.lines.length < MAX_TOLD_LINES) bad.lines.push(number);
      } else if (entries.length >= MAX_FILE_ENTRIES) leftOut++;
      else entries.push(entry);
    }
  } catch {
    return { kind: 'unreadable' };
  }
  if (header === undefined && entries.length === 0) return { kind: 'no-activity' };
  const missing = Math.max(0, (header?.entries ?? 0) - entries.length - bad.count - leftOut);
  const { session, exportedAt } = header ?? {};
  return {
    kind: 'ok',
    file: { name: file.name, entries, session, exportedAt, missing, bad, leftOut, isNewer: (header?.version ?? VERSION) > VERSION },
  };
}

/** Numbers go up: rows are found by them. */
const isNext = ({ seq }: ActivityEntry, last: ActivityEntry | undefined): boolean => Number.isSafeInteger(seq) && seq > (last?.seq ?? 0);

function parseLine(line: string | undefined): unknown {
  if (line === undefined || isTooDeep(line)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Yields the lines of a file as they are read; undefined for one that is too long. */
async function* linesOf(file: File): AsyncGenerator<string | undefined> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let isTooLong = false;
  for (;;) {
    const { done, value = '' } = await reader.read();
    const lines = value.split('\n');
    for (const [at, part] of lines.entries()) {
      if (at > 0) {
        yield isTooLong ? undefined : rest.trim();
        [rest, isTooLong] = ['', false];
      }
      isTooLong ||= rest.length + part.length > MAX_LINE_LENGTH;
      rest = isTooLong ? '' : rest + part;
    }
    if (!done) continue;
    if (rest !== '' || isTooLong) yield isTooLong ? undefined : rest.trim();
    return;
  }
}
