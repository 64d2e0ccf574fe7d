/** Proves that started processes are heard and ended, with real ones. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { describeEnding, endChildren, startChild } from '../../../../api/_local/children.ts';

const STAYS = 'setInterval(() => {}, 1000)';
const run = (code: string, channel = false) => startChild({ args: ['-e', code], channel });

it('gives the first line, and all that was printed', async () => {
  const child = run('console.log("ready 1"); console.error("noise"); console.log("more")');
  expect(await child.firstLine).toBe('ready 1');
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.output()).toContain('noise');
});

it('says with its output why a process was never ready', async () => {
  const child = run('console.error("no luck"); process.exit(3)');
  await expect(child.firstLine).rejects.toThrow(/ended with exit code 3.*no luck/s);
});

it('tells that a program does not exist', async () => {
  const child = startChild({ command: '/nowhere/program', args: [] });
  expect(describeEnding(await child.ended)).toContain('could not start');
});

it('ends every child', async () => {
  const children = [run(`console.log("up"); ${STAYS}`), run(`console.log("up"); ${STAYS}`)];
  await Promise.all(children.map((child) => child.firstLine));
  await endChildren();
  expect(await Promise.all(children.map((child) => child.ended))).toEqual([
    { code: null, signal: 'SIGTERM' },
    { code: null, signal: 'SIGTERM' },
  ]);
});

it('leaves no child behind when its own process is killed', async () => {
  const listens = `process.on('disconnect', () => process.exit());
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const parent = run(
    `import(${JSON.stringify(new URL('../../../../api/_local/children.ts', import.meta.url).href)}).then(async ({ startChild }) => {
      const child = startChild({ args: ['-e', ${JSON.stringify(listens)}], channel: true });
      console.log(await child.firstLine);
      setInterval(() => {}, 1000);
    })`,
  );
  const port = Number(await parent.firstLine);
  expect(await canConnect(port)).toBe(true);
  await parent.end('SIGKILL');
  await expect.poll(() => canConnect(port)).toBe(false);
});

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
