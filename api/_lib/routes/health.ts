/** `/health`: whether the backend and its storage work, open to everybody, with nothing secret in it. */
import type { Health } from '../../../shared/contract.ts';
import { VERSION } from '../../../shared/version.ts';
import { judgeAccess } from '../access.ts';
import type { Parts, Route } from './context.ts';

/** A verdict on storage is good for this long, ms: everybody may ask, and each question is a write in KV. */
const PROBE_EVERY_MS = 5000;

export function healthRoute(): Route {
  let probed: { at: number; verdict: Promise<Health['storage']> } | undefined;
  const probe = ({ store }: Parts): Promise<Health['storage']> => {
    if (!probed || performance.now() - probed.at > PROBE_EVERY_MS) probed = { at: performance.now(), verdict: store.probe() };
    return probed.verdict;
  };
  return {
    path: '/health',
    methods: {
      async GET(c, parts) {
        const storage = await probe(parts);
        const health: Health = {
          status: storage.writable ? 'ok' : 'degraded',
          version: VERSION,
          storage,
          access: judgeAccess(parts.settings),
        };
        return c.json(health);
      },
    },
  };
}
