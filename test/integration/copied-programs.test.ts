/** Proves that a program copied from the activity does what it says: run as it is, it asks a real server and prints the answer. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toCode } from '../../extension/state/inspector-activity-code.ts';
import type { ServerFacts } from '../../extension/state/inspector-activity-secrets.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

// The words of its comments are the browser's; here there is none.
vi.mock('../../extension/platform/web-extension.ts', () => ({ browser: { i18n: { getMessage: (key: string) => key } } }));

const run = promisify(execFile);

describe('a program copied from the activity', () => {
  let folder: string;
  let server: Everything;
  let guarded: ScriptedServer;
  const keys: unknown[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-program-'));
    await symlink(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    [server, guarded] = await Promise.all([startEverything(), startScriptedServer()]);
    guarded.on('tools/call', (exchange) => {
      keys.push(exchange.headers['x-key']);
      exchange.result({ content: [{ type: 'text', text: 'let in' }] });
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const factsOf = (url: string): ServerFacts => ({
    url,
    transport: 'streamable-http',
    revision: 'stateful',
    protocolVersion: '2025-11-25',
    headerNames: [],
    signedIn: false,
  });
  /** Returns what the program prints. */
  async function runProgram(program: string): Promise<string> {
    const path = join(folder, 'program.ts');
    await writeFile(path, program);
    const { stdout, stderr } = await run(process.execPath, [path], { timeout: 30_000 });
    expect(stderr).toBe('');
    return stdout;
  }

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['tools/call', { name: 'get-sum', arguments: { a: 2, b: 40 } }, /The sum of 2 and 40 is 42/],
    ['tools/call', { name: 'echo', arguments: { message: `it's "odd" \\ \`\${a}\`\n🎉` } }, /odd".*🎉/],
    ['tools/list', {}, /get-tiny-image/],
    ['prompts/list', {}, /simple-prompt/],
    ['prompts/get', { name: 'simple-prompt' }, /messages/],
    ['resources/templates/list', {}, /uriTemplate/],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'completable-prompt' }, argument: { name: 'department', value: 'E' } },
      /Engineering/,
    ],
    ['logging/setLevel', { level: 'debug' }, /\{\}/],
  ])('asks the server: %s %j', async (method, params, answer) => {
    expect(await runProgram(toCode({ id: 1, method, params }, factsOf(server.url)))).toMatch(answer);
  });

  it('sends a notification, and prints nothing', async () => {
    const message = { method: 'notifications/cancelled', params: { requestId: 99 } };
    expect(await runProgram(toCode(message, factsOf(server.url)))).toBe('');
  });

  it('is let in with what stands in place of its placeholders', async () => {
    const program = toCode({ id: 1, method: 'tools/call', params: { name: 'x' } }, { ...factsOf(guarded.url), headerNames: ['X-Key'] });
    expect(await runProgram(program.replace('"<X-Key>"', '"its value"'))).toMatch(/let in/);
    expect(keys).toEqual(['its value']);
  });

  it('fails where the server refuses: the answer above is the server’s', async () => {
    const program = toCode({ id: 1, method: 'prompts/get', params: { name: 'no such prompt' } }, factsOf(server.url));
    await expect(runProgram(program)).rejects.toThrow(/no such prompt/);
  });
});
