/** Owns saving a session's whole activity: what the panel has, then page after page what the backend has beyond it. */
import type { ActivityEntry } from '../../shared/contract.ts';
import { MAX_ACTIVITY_PAGE } from '../../shared/limits.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { toEntryLines, toHeaderLine } from './inspector-activity-file.ts';
import type { ReadPage } from './inspector-activity-log.ts';
import type { ServerFacts } from './inspector-activity-secrets.ts';

/** Entries that are put into lines in one go. */
const SLICE = 500;

export type Exported = {
  blob: Blob;
  entries: number;
  /** Why newer entries may be missing. */
  error?: GatewayError;
};

/**
 * Makes the file. Where the backend does not answer it has what the panel knows.
 *
 * @param known What the panel has: it may have more of the past than the backend, which keeps the last thousand.
 * @param onProgress Called with the number of entries that are in it so far.
 * @returns undefined when the signal was aborted.
 */
export async function exportActivity(
  session: ServerFacts & { name: string },
  known: readonly ActivityEntry[],
  read: ReadPage,
  onProgress: (entries: number) => void,
  stop: AbortSignal,
): Promise<Exported | undefined> {
  // Blobs, not text: browsers keep large ones outside of the page's memory.
  const parts: Blob[] = [];
  let entries = 0;
  let error: GatewayError | undefined;
  const add = (slice: readonly ActivityEntry[]): void => {
    parts.push(new Blob([toEntryLines(slice)]));
    entries += slice.length;
    onProgress(entries);
  };
  for (let at = 0; at < known.length; at += SLICE) {
    add(known.slice(at, at + SLICE));
    await new Promise((resolve) => setTimeout(resolve));
    if (stop.aborted) return undefined;
  }
  try {
    for (let after = known.at(-1)?.seq ?? 0; ; ) {
      const page = await read({ after, limit: MAX_ACTIVITY_PAGE, signal: stop });
      const last = page.entries.at(-1)?.seq ?? after;
      if (page.entries.length > 0) add(page.entries);
      // A number that does not go up would be asked for without end.
      if (page.entries.length < MAX_ACTIVITY_PAGE || last <= after) break;
      after = last;
    }
  } catch (thrown) {
    error = asGatewayError(thrown);
  }
  if (stop.aborted) return undefined;
  const header = toHeaderLine(session, entries, new Date());
  return { blob: new Blob([header, ...parts], { type: 'application/x-ndjson' }), entries, ...(error && { error }) };
}
