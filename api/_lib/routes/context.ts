/** Owns what every route gets: the parts of the backend, and the line of the log that the request is about to become. */
import type { Context } from 'hono';
import type { BackgroundWork } from '../background-work.ts';
import type { DeviceWatch } from '../device-watch.ts';
import type { Egress } from '../egress/egress.ts';
import type { Log, RequestLog } from '../log.ts';
import type { LiveSessions } from '../relay/live-session.ts';
import type { Relay } from '../relay/relay.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';

export type Parts = {
  settings: Settings;
  store: Store;
  egress: Egress;
  work: BackgroundWork;
  log: Log;
  sessions: LiveSessions;
  deviceWatch: DeviceWatch;
  relay: Relay;
};

export type Env = {
  Variables: { log: Partial<RequestLog> };
  Bindings: {
    /** IP address of the client, where the entry point can vouch for it. */
    clientAddress?: string | undefined;
  };
};
export type RouteContext = Context<Env>;
export type Handler = (context: RouteContext, parts: Parts) => Promise<Response> | Response;
/** Methods that a path takes; every other one is answered 405. */
export type Route = { path: string; methods: Readonly<Partial<Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Handler>>> };
