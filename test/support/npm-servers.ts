/** Owns servers of others as they come from npm, besides the reference server itself: a proxy that speaks every revision, and examples of MCP Apps. */
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { vi } from 'vitest';
import { startChild } from '../../api/_local/children.ts';
import { findFreePort } from '../../api/_local/listen.ts';

const { resolve } = createRequire(import.meta.url);
const PROXY = resolve('mcp-proxy/package.json').replace(/package\.json$/, 'dist/bin/mcp-proxy.mjs');
const EVERYTHING = resolve('@modelcontextprotocol/server-everything/dist/index.js');

const canConnect = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });

async function untilOpen(port: number): Promise<string> {
  await vi.waitFor(async () => expectOpen(await canConnect(port)), { timeout: 20_000 });
  return `http://127.0.0.1:${port}`;
}

function expectOpen(isOpen: boolean): void {
  if (!isOpen) throw new Error('The server does not listen yet.');
}

/** Starts mcp-proxy in front of the reference server: stateless and stateful at `/mcp`, HTTP+SSE at `/sse`. */
export async function startProxy(): Promise<{ stateless: string; sse: string }> {
  const port = await findFreePort(0);
  startChild({ args: [PROXY, '--host', '127.0.0.1', '--port', String(port), '--', process.execPath, EVERYTHING, 'stdio'] });
  const address = await untilOpen(port);
  return { stateless: `${address}/mcp`, sse: `${address}/sse` };
}

/** Starts an example server of MCP Apps, which keeps no sessions, and returns its address. */
export async function startAppServer(name: 'server-basic-preact' | 'server-budget-allocator'): Promise<string> {
  const port = await findFreePort(0);
  // Its package names the module of the server only; the program lies beside it.
  const program = resolve(`@modelcontextprotocol/${name}`).replace(/server\.js$/, 'index.js');
  startChild({ args: [program], env: { ...process.env, PORT: String(port) } });
  return `${await untilOpen(port)}/mcp`;
}
