/**
 * Owns the part of Vercel's runtime that `waitUntil` of @vercel/functions looks for, so that it means the same on this machine.
 * Source: @vercel/functions, get-context: `globalThis[Symbol.for('@vercel/request-context')].get()`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

type RequestContext = { waitUntil(work: Promise<unknown>): void };

export type RequestContexts = {
  /** Runs a request's handler within a context of its own. */
  run<T>(handler: () => T): T;
  /** Resolves when nothing that was given to `waitUntil` is going on any more. */
  settled(): Promise<void>;
};

/** Installs the context for this process. */
export function provideRequestContext(): RequestContexts {
  const pending = new Set<Promise<unknown>>();
  const storage = new AsyncLocalStorage<RequestContext>();
  const context: RequestContext = {
    waitUntil(work) {
      const guarded: Promise<unknown> = work.catch(reportFailure).finally(() => pending.delete(guarded));
      pending.add(guarded);
    },
  };
  Object.assign(globalThis, { [Symbol.for('@vercel/request-context')]: { get: () => storage.getStore() } });
  return {
    run: (handler) => storage.run(context, handler),
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function reportFailure(error: unknown): void {
  process.stderr.write(`Work after an answer failed: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error'}\n`);
}
