/** Which keys an instance remembers: those of sessions that are used here, for as long as they live. */
import { expect, it, onTestFinished } from 'vitest';
import { openKeyCache } from '../../../../api/_lib/vault/key-cache.ts';
import { createKeyring } from '../../../../api/_lib/vault/keyring.ts';

const TTL_MS = 1_800_000;

function openCache() {
  let nowMs = 0;
  const cache = openKeyCache({ ttlSeconds: TTL_MS / 1000, mostOpenedBytes: 1_000_000, now: () => nowMs });
  onTestFinished(() => cache.close());
  return {
    cache,
    pass(ms: number) {
      nowMs += ms;
      cache.sweep();
    },
  };
}

it('forgets a session, and what was opened of it, when nobody has used it for the time that it lives', () => {
  const { cache, pass } = openCache();
  const keyring = createKeyring('ws');
  cache.meet('left', keyring).opened.once('greeting', '', () => 'x'.repeat(10_000));
  cache.meet('used', keyring);
  for (let minutes = 0; minutes < 31; minutes += 10) {
    pass(600_000);
    expect(cache.ofSession('used')?.keyring).toBe(keyring);
  }
  expect(cache.ofSession('left')).toBeUndefined();
  expect(cache.size()).toEqual({ sessions: 1, openedBytes: 0 });
  pass(TTL_MS + 1);
  expect(cache.size()).toEqual({ sessions: 0, openedBytes: 0 });
});

it('forgets what was opened of a session with the session, and with its older keys', () => {
  const { cache } = openCache();
  const open = () => cache.meet('a', createKeyring('ws')).opened.once('greeting', '', () => 'x'.repeat(10_000));
  open();
  const once = cache.size().openedBytes;
  open();
  expect(cache.size()).toEqual({ sessions: 1, openedBytes: once });
  cache.forget('a');
  expect(cache.size()).toEqual({ sessions: 0, openedBytes: 0 });
});
