/** Owns the attempt to connect to what was typed into the connect box. It is loaded with the first one. */
import { batch } from '@preact/signals';
import { MAX_NAME_LENGTH } from '../../shared/limits.ts';
import { parseServerUrl } from '../../shared/server-url.ts';
import { asGatewayError } from '../gateway/gateway-error.ts';
import type { StoredSession } from '../platform/stored.ts';
import { connectDraft, connectPhase, EMPTY } from './connect-form.ts';
import { addressFault } from './fault-words.ts';
import { readRows } from './header-rows.ts';
import { connect } from './sessions.ts';

/**
 * Connects to what was typed; a second call while one is under way does nothing.
 *
 * @returns The session; undefined when it failed or was stopped: `connectPhase` tells.
 */
export async function submitConnect(): Promise<StoredSession | undefined> {
  if (connectPhase.value.kind === 'connecting') return undefined;
  const { url: typed, transport, name: typedName, headers: rows } = connectDraft.value;
  const verdict = parseServerUrl(typed);
  if (verdict.kind === 'invalid') {
    connectPhase.value = { kind: 'invalid', reason: addressFault(verdict.fault) };
    return undefined;
  }
  const { url } = verdict;
  const typedHeaders = readRows(rows);
  if (typedHeaders.kind === 'invalid') {
    connectPhase.value = { kind: 'bad-header', verdict: typedHeaders };
    return undefined;
  }
  const { headers } = typedHeaders;
  const abort = new AbortController();
  const name = typedName.trim().slice(0, MAX_NAME_LENGTH);
  connectPhase.value = { kind: 'connecting', url, abort };
  try {
    const session = await connect({ url, transport, ...(name !== '' && { name }), ...(headers && { headers }) }, abort.signal);
    batch(() => {
      connectDraft.value = EMPTY;
      connectPhase.value = { kind: 'idle' };
    });
    return session;
  } catch (thrown) {
    const error = asGatewayError(thrown);
    connectPhase.value = error.code === 'CANCELLED' ? { kind: 'idle' } : { kind: 'failed', url, error };
    return undefined;
  }
}
