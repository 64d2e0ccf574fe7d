/**
 * Owns what is measured against, each a process of its own so that nothing shares a core's time slice with the client: servers, Redis behind
 * its REST front, backends. And the device and the sessions that a measurement needs. What is measured is elsewhere.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../../api/_local/children.ts';
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
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  endLater(() => rm(folder, { recursive: true, force: true }));
  return { MOORING_DATA: join(folder, 'mooring.db') };
}

/** One device at one backend: makes sessions and opens clients of them. */
export type BenchDevice = {
  readonly backend: BackendProcess;
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
export async function registerDevice(backend: BackendProcess): Promise<BenchDevice> {
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
