/** Proves `npm start` on a machine without a display: what it starts, what it says, and that it ends all of it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Child, startChild } from '../../../api/_local/children.ts';
import { findFreePort } from '../../../api/_local/listen.ts';

const START = fileURLToPath(new URL('../../../api/_local/start.ts', import.meta.url));

/** Starts everything with builds and data of its own, and waits until it has said all. */
async function start(folder: string, env: Record<string, string> = {}): Promise<Child> {
  const child = startChild({
    args: [START],
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', MOORING_BUILDS: folder, MOORING_DATA: join(folder, 'data.sqlite'), ...env },
  });
  const ready = new Promise<void>((resolve) => {
    child.process.stdout?.on('data', () => {
      if (child.output().includes('Ctrl-C ends everything.')) resolve();
    });
  });
  await Promise.race([ready, child.ended]);
  return child;
}

async function readScripts(folder: string): Promise<string> {
  const files = await readdir(folder);
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
}

const addressAfter = (label: string, text: string): string => new RegExp(`${label}\\s+(http://\\S+)`).exec(text)?.[1] ?? '';
const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

it('says why the backend did not start, and starts nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-start-'));
  try {
    const child = await start(folder, { SESSION_TTL_SECONDS: '0' });
    expect(await child.ended).toEqual({ code: 1, signal: null });
    expect(child.output()).toMatch(/ended with exit code 1 before it was ready:\nThe settings are not usable:\n- SESSION_TTL_SECONDS /);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('builds and starts everything, says what to click, and ends all of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-start-'));
  try {
    const wanted = await findFreePort(0);
    const child = await start(folder, { PORT: String(wanted) });
    const said = child.output();
    const backend = addressAfter('Backend', said);
    const sample = addressAfter('Sample server', said);
    expect(backend).toBe(`http://127.0.0.1:${wanted}/api`);
    expect((await fetch(`${backend}/health`)).status).toBe(200);
    expect(await isUp(sample)).toBe(true);
    expect(said).toContain('There is no display to open a browser on.');
    expect(said).toContain(join(folder, 'chrome-mv3'));
    expect(said).toContain(join(folder, 'firefox-mv3', 'manifest.json'));
    expect(said).toContain(`Enter ${sample} and click Connect.`);
    expect(JSON.parse(await readFile(join(folder, 'chrome-mv3/manifest.json'), 'utf8'))).toMatchObject({ name: 'Mooring' });
    // A fresh installation finds the backend wherever it listens.
    for (const build of ['chrome-mv3', 'firefox-mv3'])
      expect(await readScripts(join(folder, build, 'chunks'))).toContain(backend.slice(0, -4));

    const second = await start(folder, { PORT: String(wanted) });
    expect(second.output()).toContain(`Port ${wanted} is taken: the backend listens on `);
    expect((await second.end('SIGINT')).code).toBe(0);

    expect((await child.end('SIGINT')).code).toBe(0);
    expect([await isUp(`${backend}/health`), await isUp(sample)]).toEqual([false, false]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
