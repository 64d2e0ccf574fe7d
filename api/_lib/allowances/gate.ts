/**
 * Owns how much whoever asks a hosted backend may ask for, and the words of a refusal. The numbers are in allowances.ts; the order in which
 * it is asked is app.ts's and the routes' matter. A backend of this machine has a gate that lets everybody through.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { KvSettings } from '../store/kv-client.ts';
import {
  ACT_ALLOWANCES,
  type Act,
  ADDRESS_REQUESTS,
  type Allowance,
  DEVICE_REQUESTS,
  MAX_CALLS_OF_SESSION,
  MAX_DEVICES_OF_WORKSPACE,
  MAX_KEYS,
  MAX_LISTENERS_OF_SESSION,
  MAX_OPEN_REQUESTS,
  MAX_SESSIONS_OF_WORKSPACE,
  UNKNOWN_TOKENS,
} from './allowances.ts';
import { openBuckets } from './bucket.ts';
import { toNetwork } from './client-network.ts';
import { openSharedBuckets, type Share } from './shared-buckets.ts';

export type Asking = {
  /** IP address of the client; undefined where the entry point can't tell it: those count as one. */
  address: string | undefined;
  /** The header as it came. */
  authorization: string | undefined;
};

/** A request that was let in. */
export type Admitted = {
  /** To be called once, when its answer is known: whether storage knew the token. */
  answered(token: 'known' | 'unknown' | 'not-asked'): void;
  /** To be called once, when its answer has ended. */
  ended(): void;
};

export type Gate = {
  /** Lets a request in, before storage is asked; undefined where nobody counts. @throws AppError RATE_LIMITED */
  admit(asking: Asking): Admitted | undefined;
  /**
   * Lets an act begin, after the token was checked.
   *
   * @param workspaceId Absent for an act that needs no token.
   * @param count Returns how many sessions or devices the workspace has; asked only where that matters.
   * @throws AppError RATE_LIMITED, or that of storage when it can't be counted.
   */
  begin(act: Act, who: { address: string | undefined; workspaceId?: string }, count?: () => Promise<number>): Promise<void>;
  /** @param running Calls of the session that run at this instance. @throws AppError RATE_LIMITED */
  admitCall(running: number): void;
  /** @param listening Clients that listen to the session at this instance. @throws AppError RATE_LIMITED */
  admitListener(listening: number): void;
};

const OPEN_GATE: Gate = {
  admit: () => undefined,
  begin: async () => {},
  admitCall: () => {},
  admitListener: () => {},
};

export type GateOptions = {
  hosted: boolean;
  kv: KvSettings | undefined;
  /** Milliseconds that only go forward. */
  now?: () => number;
};

export function openGate({ hosted, kv, now = () => performance.now() }: GateOptions): Gate {
  if (!hosted) return OPEN_GATE;
  const take = openSharedBuckets(kv);
  const byDevice = openBuckets(DEVICE_REQUESTS);
  const byAddress = openBuckets(ADDRESS_REQUESTS);
  const unknownTokens = openBuckets(UNKNOWN_TOKENS);
  /** Tokens that storage knew; made-up ones must not push them out, so only storage adds to them. */
  const known = new Set<string>();
  const open = new Map<string, number>();

  const remember = (token: string): void => {
    if (known.size >= MAX_KEYS) known.clear();
    known.add(token);
  };
  const countIn = (address: string, token: string | undefined): void => {
    const nowMs = now();
    const isKnown = token !== undefined && known.has(token);
    // Its own first: one device must not use up what others behind the same address have.
    const ownMs = isKnown ? byDevice.take(token, nowMs) : 0;
    if (ownMs !== 0) throw tooMany('This device sends too many requests.', ownMs);
    const addressMs = byAddress.take(address, nowMs);
    if (addressMs !== 0 && !(isKnown && addressMs === 'crowded')) throw tooMany('Too many requests come from this address.', addressMs);
    const unknownMs = token === undefined || isKnown ? 0 : unknownTokens.peek(address, nowMs);
    if (unknownMs !== 0) throw tooMany('Too many requests with unknown tokens come from this address.', unknownMs);
  };

  return {
    admit({ address: from, authorization }) {
      const address = toNetwork(from ?? '');
      const token = authorization === undefined ? undefined : createHash('sha256').update(authorization).digest('base64');
      countIn(address, token);
      const holder = token !== undefined && known.has(token) ? token : `address ${address}`;
      const count = (open.get(holder) ?? 0) + 1;
      if (count > MAX_OPEN_REQUESTS)
        throw tooMany('Too many requests are open at a time.', 5000, 'Close windows or clients that you do not use.');
      open.set(holder, count);
      return {
        answered(outcome) {
          if (token !== undefined && outcome === 'known') remember(token);
          if (outcome === 'unknown') unknownTokens.take(address, now());
        },
        ended() {
          const left = (open.get(holder) ?? 1) - 1;
          if (left > 0) open.set(holder, left);
          else open.delete(holder);
        },
      };
    },
    async begin(act, { address, workspaceId }, count) {
      const allowances = ACT_ALLOWANCES[act];
      const sharesOf = (owner: readonly string[], list: readonly Allowance[]): Share[] =>
        list.map((allowance) => ({ owner: [act, ...owner], allowance }));
      const waitMs = await take(
        [
          ...sharesOf(['address', toNetwork(address ?? '')], allowances.address),
          ...(workspaceId === undefined ? [] : sharesOf(['workspace', workspaceId], allowances.workspace)),
          ...sharesOf(['everybody'], allowances.everybody),
        ],
        now(),
      );
      if (waitMs > 0) throw tooMany(ACT_WORDS[act], waitMs);
      const quota = QUOTAS[act];
      if (quota && count && (await count()) >= quota.most) throw new AppError('RATE_LIMITED', quota.detail, { hint: quota.hint });
    },
    admitCall(running) {
      if (running < MAX_CALLS_OF_SESSION) return;
      throw tooMany(
        `${running} calls of this session run already. Nothing was sent to the server.`,
        5000,
        'Wait until one ends, or cancel one.',
      );
    },
    admitListener(listening) {
      if (listening < MAX_LISTENERS_OF_SESSION) return;
      throw tooMany(`${listening} clients listen to this session already.`, 5000, 'Close windows or clients that you do not use.');
    },
  };
}

const ACT_WORDS: Readonly<Record<Act, string>> = {
  device: 'Too many devices were registered of late.',
  join: 'Too many pairing codes were tried of late.',
  pairing: 'Too many pairing codes were made of late.',
  session: 'Too many sessions were connected of late.',
  'sign-in': 'Too many sign-ins were begun of late.',
};

const QUOTAS: Readonly<Partial<Record<Act, { most: number; detail: string; hint: string }>>> = {
  session: {
    most: MAX_SESSIONS_OF_WORKSPACE,
    detail: `This workspace has ${MAX_SESSIONS_OF_WORKSPACE} sessions, the most that this backend keeps of one.`,
    hint: 'End a session that you do not need, then connect again.',
  },
  pairing: {
    most: MAX_DEVICES_OF_WORKSPACE,
    detail: `This workspace has ${MAX_DEVICES_OF_WORKSPACE} devices, the most that this backend lets into one.`,
    hint: 'Remove a device that you do not use any more, then make a new code.',
  },
};

/** @param wait How long until it is allowed again, ms. */
function tooMany(what: string, wait: number | 'crowded', hint?: string): AppError {
  const seconds = wait === 'crowded' ? 60 : Math.max(1, Math.ceil(wait / 1000));
  const time = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : seconds === 1 ? 'a second' : `${seconds} seconds`;
  return new AppError('RATE_LIMITED', `${what} Try again in ${time}.`, { retryAfterSeconds: seconds, ...(hint !== undefined && { hint }) });
}
