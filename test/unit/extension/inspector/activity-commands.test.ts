/** Proves that a message becomes a command and a program that say the same: read by a real shell, compiled by the real compiler, and without a secret. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toCode } from '../../../../extension/state/inspector-activity-code.ts';
import { toCurl } from '../../../../extension/state/inspector-activity-curl.ts';
import { type ServerFacts, withoutSecrets } from '../../../../extension/state/inspector-activity-secrets.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const PLAIN: ServerFacts = {
  url: 'https://mcp.example.com/mcp',
  transport: 'streamable-http',
  revision: 'stateful',
  protocolVersion: '2025-11-25',
  headerNames: [],
  signedIn: false,
};
const EVIL = `it's "quoted" \\ $(touch x) \`y\` !z %s\nline\u202e\u0000 ünï 🎉 </script> \${a}`;
const call = (name: string, args: unknown) => ({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: args } });

/** What a shell hands to curl. */
function readByShell(command: string): string[] {
  const shown = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], { encoding: 'utf8' });
  return shown.split('\0').slice(0, -1);
}
const bodyOf = (args: readonly string[]): unknown => JSON.parse(args[args.indexOf('--data-raw') + 1] ?? '');
const headersOf = (args: readonly string[]): string[] => args.filter((_, at) => args[at - 1] === '-H');

describe('a message as a curl command', () => {
  it('says to the shell exactly what was sent, whatever is in it', () => {
    const message = call(EVIL, { [EVIL]: [EVIL, { deep: EVIL }] });
    const command = toCurl(message, PLAIN);
    expect(command).not.toContain('\u202e');
    const args = readByShell(command);
    expect(bodyOf(args)).toEqual(message);
    expect(args).toContain('https://mcp.example.com/mcp');
  });

  it('names the session of a stateful server with a placeholder, and how to get one', () => {
    const command = toCurl(call('echo', {}), PLAIN);
    expect(headersOf(readByShell(command))).toEqual([
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      'MCP-Protocol-Version: 2025-11-25',
      'Mcp-Session-Id: <session-id>',
    ]);
    expect(command).toMatch(/^# .*initialize/);
  });

  it('has placeholders for what lets a client in, never a value', () => {
    const facts = { ...PLAIN, headerNames: ["X-Api'Key"], signedIn: true };
    const command = toCurl(call('echo', {}), facts);
    expect(headersOf(readByShell(command)).slice(-2)).toEqual(["X-Api'Key: <X-Api'Key>", 'Authorization: Bearer <access-token>']);
    expect(headersOf(readByShell(toCurl(call('echo', {}), { ...facts, headerNames: ['authorization'] }))).at(-1)).toBe(
      'authorization: <credentials>',
    );
  });

  it.each([
    ['https://a.example/mcp?api_key=s3cret&page=2', 'https://a.example/mcp?api_key=<api_key>&page=2'],
    ['https://a.example/s/abcdef0123456789abcdef/mcp', 'https://a.example/s/<secret>/mcp'],
    ['https://a.example/mcp?x=abcdef0123456789abcdef', 'https://a.example/mcp?x=<x>'],
    ['https://user:word@a.example/mcp', 'https://a.example/mcp'],
    ['https://a.example/weather-station/mcp?lang=de', 'https://a.example/weather-station/mcp?lang=de'],
  ])('leaves secrets out of the address %s', (url, shown) => {
    expect(withoutSecrets(url)).toBe(shown);
    expect(readByShell(toCurl(call('echo', {}), { ...PLAIN, url }))).toContain(shown);
  });

  it('sends what the stateless revision asks for, and a name that no header may carry in its encoding', () => {
    const facts = { ...PLAIN, revision: 'stateless', protocolVersion: '2026-07-28' } as const;
    const headers = headersOf(readByShell(toCurl(call('wetter für morgen', {}), facts)));
    expect(headers.slice(2)).toEqual([
      'MCP-Protocol-Version: 2026-07-28',
      'Mcp-Method: tools/call',
      `Mcp-Name: =?base64?${Buffer.from('wetter für morgen').toString('base64')}?=`,
    ]);
    expect(headersOf(readByShell(toCurl(call('echo', {}), facts))).at(-1)).toBe('Mcp-Name: echo');
  });

  it('says how a server of HTTP+SSE is reached', () => {
    const command = toCurl(call('echo', {}), { ...PLAIN, transport: 'sse' });
    expect(readByShell(command)).toContain('<endpoint>');
    expect(command).toContain("# curl -N 'https://mcp.example.com/mcp' -H 'Accept: text/event-stream'");
  });

  it('has comments that a shell without comments does nothing with, in every language', () => {
    for (const language of ['en', 'de']) {
      const path = join(ROOT, 'extension/public/_locales', language, 'messages.json');
      const messages = JSON.parse(readFileSync(path, 'utf8')) as { [key: string]: { message: string } };
      const comments = Object.entries(messages).filter(([key]) => key.startsWith('activity_curl_'));
      expect(comments.length).toBeGreaterThan(3);
      for (const [key, { message }] of comments) expect(message, `${language} ${key}`).toMatch(/^[\p{L}\d ,.:/+-]+$/u);
    }
  });
});

describe('a message as a program', () => {
  it('compiles, whatever is in it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mooring-code-'));
    try {
      const facts = [
        PLAIN,
        { ...PLAIN, headerNames: ["X-'Key"], signedIn: true, transport: 'sse' as const },
        { ...PLAIN, revision: 'stateless' as const },
      ];
      const messages = [
        call(EVIL, JSON.parse(`{"__proto__": 1, "own": ${JSON.stringify(EVIL)}}`)),
        { id: 1, method: 'tools/call', params: { name: 'x', _meta: { progressToken: 1, 'io.modelcontextprotocol/x': 1, own: true } } },
        { id: 1, method: 'tools/list', params: { cursor: 'next' } },
        ...['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list', 'ping', 'initialize', 'their/own'].map(
          (method) => ({ id: 1, method }),
        ),
        ...['resources/read', 'resources/subscribe', 'resources/unsubscribe'].map((method) => ({
          id: 1,
          method,
          params: { uri: 'demo://x' },
        })),
        { id: 1, method: 'prompts/get', params: { name: 'p', arguments: { a: 'b' } } },
        { id: 1, method: 'logging/setLevel', params: { level: 'debug' } },
        { id: 1, method: 'completion/complete', params: { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: 'b' } } },
        { method: 'notifications/cancelled', params: { requestId: 1 } },
      ];
      const programs = messages.flatMap((message) => facts.map((fact) => toCode(message, fact)));
      for (const [at, program] of programs.entries()) writeFileSync(join(folder, `program-${at}.ts`), program);
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      const compilerOptions = {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2024',
        lib: ['es2024', 'dom'],
        types: [],
        skipLibCheck: true,
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      expect(programs.length).toBeGreaterThan(40);
      expect(compile(folder)).toBe('');
      // The compiler does look: a program that is wrong does not pass.
      writeFileSync(join(folder, 'program-0.ts'), `${programs[0]}\nclient.callTool({ nome: 1 });`);
      expect(compile(folder)).toMatch(/program-0\.ts.*TS/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);

  it('leaves out what a client says by itself, and says that secrets are missing', () => {
    const code = toCode(
      { id: 1, method: 'tools/call', params: { name: 'x', _meta: { progressToken: 1 } } },
      { ...PLAIN, headerNames: ['X-Key'] },
    );
    expect(code).not.toContain('_meta');
    expect(code).toContain('"X-Key": "<X-Key>"');
    expect(code).toContain('// What stands between angle brackets');
  });
});

function compile(folder: string): string {
  try {
    return execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout: unknown }).stdout);
  }
}
