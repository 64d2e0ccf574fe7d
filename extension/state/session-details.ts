/** Owns what the Session room shows beyond the list: the session as the backend has it now, and its sign-in with the steps as they happen. */
import { signal } from '@preact/signals';
import type { Session } from '../../shared/contract.ts';
import type { Authorization } from '../../shared/sign-in-contract.ts';
import { readAuthorization } from '../gateway/authorization.ts';
import { getSession } from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';

/** How often is read while a sign-in runs, and while nothing does, ms. */
const WHILE_SIGNING_IN_MS = 1000;
const WHILE_QUIET_MS = 10_000;

export type SessionDetails = {
  session?: Session;
  authorization?: Authorization;
  /** Why what is shown is not up to date. */
  error?: GatewayError;
};

export type ReadDetails = {
  session: (signal: AbortSignal) => Promise<Session>;
  authorization: (signal: AbortSignal) => Promise<Authorization>;
};

const readOf = (sessionId: string): ReadDetails => ({
  session: (stop) => getSession(sessionId, stop),
  authorization: (stop) => readAuthorization(sessionId, stop),
});

export function openSessionDetails(sessionId: string, read: ReadDetails = readOf(sessionId)) {
  const details = signal<SessionDetails>({});

  async function refresh(stop: AbortSignal): Promise<void> {
    try {
      const [session, authorization] = await Promise.all([read.session(stop), read.authorization(stop)]);
      if (!stop.aborted) details.value = { session, authorization };
    } catch (thrown) {
      if (!stop.aborted) details.value = { ...details.value, error: asGatewayError(thrown) };
    }
  }

  /**
   * Reads now and again and again.
   *
   * @param isBusy Whether a sign-in runs: then the steps are followed closely.
   * @returns Stops reading.
   */
  function follow(isBusy: boolean): () => void {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = async (): Promise<void> => {
      await refresh(stop.signal);
      if (!stop.signal.aborted) timer = setTimeout(() => void turn(), isBusy ? WHILE_SIGNING_IN_MS : WHILE_QUIET_MS);
    };
    void turn();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }

  return { details, follow };
}
