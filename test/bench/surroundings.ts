/**
 * Owns what is measured against, each a process of its own so that nothing shares a core's time slice with the client: servers, Redis behind
 * its REST front, backends. And the device and the sessions that a measurement needs. What is measured is elsewhere.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverBundle } from '../../api/_local/build-folders.ts';
import { startChild } from '../../api/_local/children.ts';
import { findFreePort } from '../../api/_local/listen.ts';
import { endLater } from '../support/at-end.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { startRedis } from '../support/redis.ts';
import { type HttpCaller, type McpCaller, openHttpCaller, openMcpCaller } from './mcp-caller.ts';

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Starts the minimal server as a process and returns its URL. */
export async function startMinimalProcess(): Promise<string> {
  return startChild({ args: [program('minimal-server.ts')] }).firstLine;
}

/** Starts a Redis and its REST front, each a process, and returns the backend's variables for it. */
export async function startKvProcess(): Promise<Record<string, string>> {
  const redis = await startRedis();
  endLater(() => redis.close());
  const token = randomBytes(16).toString('hex');
  const env = { ...process.env, REDIS_URL: redis.url, TOKEN: token, PORT: '0' };
  const url = await startChild({ args: [program('../support/kv-rest.ts')], env }).firstLine;
  return { KV_REST_API_URL: url, KV_REST_API_TOKEN: token };
}

/** Returns the backend's variables for an embedded store in a new file. */
export async function makeEmbeddedFile(): Promise<Record<string, string>> {
  return { MOORING_DATA: join(await makeFolder(), 'mooring.db') };
}

/** Makes a folder that is removed after the measurement. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  endLater(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A backend whose log goes to a file: nobody who measures has to read it meanwhile. */
export type QuietBackend = { readonly url: string; readonly api: string; end(): Promise<void> };

/** Starts a backend with these variables and waits until it answers. */
export async function startQuietBackend(env: Record<string, string>): Promise<QuietBackend> {
  const port = await findFreePort(0);
  const log = await open(join(await makeFolder(), 'backend.log'), 'w');
  const child = spawn(process.execPath, [serverBundle()], {
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', log.fd, 'inherit', 'ipc'],
  });
  await log.close();
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  endLater(end);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(url, child);
  return { url, api: `${url}/api`, end };
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const http = openHttpCaller(url);
    try {
      await http.send('GET', '/api/health');
      return;
    } catch {
      // It does not listen yet.
    } finally {
      await http.close();
    }
  }
  throw new Error(`The backend ended with exit code ${child.exitCode}.`);
}

type Address = Pick<BackendProcess, 'url' | 'api'>;

/** One device at one backend: makes sessions and opens clients of them. */
export type BenchDevice<B extends Address = BackendProcess> = {
  readonly backend: B;
  readonly credential: { deviceId: string; workspaceId: string; token: string };
  /** Makes a session and returns what the backend says of it. */
  createSession(serverUrl: string, name?: string): Promise<{ id: string } & Record<string, unknown>>;
  endSession(id: string): Promise<void>;
  /** Opens a client of a session's endpoint. */
  openCaller(sessionId: string): McpCaller;
  /** The connection for the contract's own calls. */
  readonly http: HttpCaller;
};

/** Starts a backend with these variables and registers a device there. */
export async function startDevice(env: Record<string, string>): Promise<BenchDevice> {
  return registerDevice(await startBackend(env));
}

/** Registers a device at a backend that runs. */
export async function registerDevice<B extends Address>(backend: B): Promise<BenchDevice<B>> {
  const registration = openHttpCaller(backend.url);
  const credential = parse(await registration.send('POST', '/api/devices', { name: 'bench' }), 201) as BenchDevice['credential'];
  await registration.close();
  const { token } = credential;
  const http = openHttpCaller(backend.url, { authorization: `Bearer ${token}` });
  return {
    backend,
    credential,
    http,
    createSession: async (url, name) => parse(await http.send('POST', '/api/sessions', { url, name }), 201) as { id: string },
    async endSession(id) {
      await http.send('DELETE', `/api/sessions/${id}`);
    },
    openCaller: (id) => openMcpCaller(`${backend.api}/mcp/${id}`, token),
  };
}

function parse({ status, text }: { status: number; text: string }, expected: number): unknown {
  if (status !== expected) throw new Error(`The backend answered ${status} instead of ${expected}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

/** Returns what extension storage holds when this device has these sessions; the first of them is selected. */
export function toStored(
  { backend, credential }: BenchDevice,
  sessions: readonly ({ id: string } & Record<string, unknown>)[],
): Record<string, unknown> {
  const backendUrl = backend.url;
  return {
    version: 1,
    settings: { backendUrl, deviceName: '', accessCode: '' },
    credentials: [{ backendUrl, ...credential }],
    sessions: sessions.map((session) => ({ ...session, backendUrl, transportChoice: 'auto' })),
    recentUrls: [],
    selectedSessionId: sessions[0]?.id,
  };
}
