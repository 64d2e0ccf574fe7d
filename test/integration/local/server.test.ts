/** Proves the backend as a process: what it says, what it answers, how it ends. Its own contract is tested in test/integration/backend. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serverBundle } from '../../../api/_local/build-folders.ts';
import { startChild } from '../../../api/_local/children.ts';
import { listen } from '../../../api/_local/listen.ts';
import { startBackend } from '../../support/processes.ts';

const run = (env: Record<string, string>, ...options: string[]) =>
  startChild({ args: [serverBundle(), ...options], env: { ...process.env, ...env } });

async function takePort() {
  const holder = createServer();
  const port = await listen(holder, { host: '127.0.0.1', port: 0 });
  return { port, release: () => holder.close() };
}

it('says first where it listens and what keeps its sessions', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-server-'));
  try {
    const file = join(folder, 'data.sqlite');
    const inMemory = await startBackend();
    const inFile = await startBackend({ MOORING_DATA: file });
    expect(inMemory.output().split('\n')[0]).toBe(
      `Mooring backend on ${inMemory.url}/api (storage: embedded, in memory: sessions end with this process)`,
    );
    expect(inFile.output().split('\n')[0]).toBe(`Mooring backend on ${inFile.url}/api (storage: embedded, ${file})`);
    await inFile.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('answers under /api and nowhere else', async () => {
  const { url } = await startBackend();
  const status = async (path: string) => (await fetch(url + path)).status;
  expect(await Promise.all(['/api/health', '/', '/apis', '/package.json', '/_build/server.js'].map(status))).toEqual([
    200, 404, 404, 404, 404,
  ]);
  const { headers } = await fetch(`${url}/api/nothing`);
  expect(headers.get('content-type')).toBe('application/problem+json');
});

it('ends with a sentence when the port is taken', async () => {
  const { port, release } = await takePort();
  const backend = run({ PORT: String(port) });
  expect(await backend.ended).toEqual({ code: 1, signal: null });
  expect(backend.output()).toBe(`Port ${port} on 127.0.0.1 is taken. End what listens there, or set PORT to another one.\n`);
  release();
});

it('takes the next free port when it may', async () => {
  const { port, release } = await takePort();
  const line = await run({ PORT: String(port) }, '--next-free-port').firstLine;
  const got = Number(/127\.0\.0\.1:(\d+)\/api/.exec(line)?.[1]);
  expect(got).toBeGreaterThan(port);
  expect((await fetch(`http://127.0.0.1:${got}/api/health`)).status).toBe(200);
  release();
});

it('reports every wrong setting at once and does not start', async () => {
  const backend = run({ PORT: 'x', SESSION_TTL_SECONDS: '0', KV_REST_API_URL: 'redis://kv' });
  expect(await backend.ended).toEqual({ code: 1, signal: null });
  for (const name of ['PORT', 'SESSION_TTL_SECONDS', 'KV_REST_API_URL', 'KV_REST_API_TOKEN'])
    expect(backend.output()).toContain(`- ${name} `);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with exit code 0 and frees its port', async (signal) => {
  const backend = run({ PORT: '0' });
  const url = /http:\S+/.exec(await backend.firstLine)?.[0];
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(await backend.end(signal)).toEqual({ code: 0, signal: null });
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

it('starts again on the same port after it was killed', async () => {
  const backend = await startBackend();
  const first = backend.pid();
  await backend.kill();
  await expect(fetch(`${backend.api}/health`)).rejects.toThrow();
  await backend.restart();
  expect(backend.pid()).not.toBe(first);
  expect((await fetch(`${backend.api}/health`)).status).toBe(200);
});
