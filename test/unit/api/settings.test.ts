/** The environment as settings. */
import { describe, expect, it } from 'vitest';
import { judgeUrl } from '../../../api/_lib/egress/address-policy.ts';
import { readSettings, SettingsError } from '../../../api/_lib/settings.ts';
import { EXTENSION_ID } from '../../../shared/extension-id.ts';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  it('gives a local backend on the embedded store when nothing is set', () => {
    expect(readSettings({ KV_REST_API_URL: '', HOST: ' ' })).toEqual({
      host: '127.0.0.1',
      port: 8787,
      hosted: false,
      storage: { kind: 'embedded', file: undefined },
      sessionTtlSeconds: 1800,
      accessCode: undefined,
      isPublic: false,
      extensionIds: [EXTENSION_ID],
      publicUrl: undefined,
      addressPolicy: { kind: 'local' },
      paused: [],
      trustedProxies: [],
      maxDurationMs: undefined,
    });
  });
  it('knows its address on the internet, if it has one', () => {
    expect(readSettings({ MOORING_PUBLIC_URL: 'https://Mooring.example.com/' }).publicUrl).toBe('https://mooring.example.com');
    const vercel = { VERCEL: '1', VERCEL_ENV: 'preview', VERCEL_URL: 'mooring-git-x.vercel.app', MOORING_PUBLIC: '1' };
    expect(readSettings(vercel).publicUrl).toBe('https://mooring-git-x.vercel.app');
    expect(readSettings({ ...vercel, VERCEL_PROJECT_PRODUCTION_URL: 'mooring.vercel.app' }).publicUrl).toBe('https://mooring.vercel.app');
    expect(readSettings({ VERCEL_URL: 'mooring.vercel.app' }).publicUrl).toBeUndefined();
    for (const url of [
      'http://mooring.example.com',
      'https://mooring.example.com/api',
      'https://localhost',
      'https://127.0.0.1',
      'https://[::1]',
      'https://a:b@example.com',
      'mooring',
    ])
      expect(problemsOf({ MOORING_PUBLIC_URL: url })).toEqual([expect.stringContaining('MOORING_PUBLIC_URL')]);
  });
  it('takes KV under both families of names', () => {
    const kv = { kind: 'kv', url: 'https://kv.example', token: 'T' };
    expect(readSettings({ KV_REST_API_URL: 'https://kv.example', KV_REST_API_TOKEN: 'T' }).storage).toEqual(kv);
    expect(readSettings({ UPSTASH_REDIS_REST_URL: 'https://kv.example', UPSTASH_REDIS_REST_TOKEN: 'T' }).storage).toEqual(kv);
  });
  it('takes a read-only token where there is no other, so that storage itself can say what is wrong', () => {
    const env = { KV_REST_API_URL: 'https://kv.example', KV_REST_API_READ_ONLY_TOKEN: 'R' };
    expect(readSettings(env).storage).toEqual({ kind: 'kv', url: 'https://kv.example', token: 'R' });
  });
  it('is hosted on Vercel, with the time that a function has', () => {
    const settings = readSettings({ VERCEL: '1', MOORING_ALLOW_PRIVATE: '10.0.0.5:8000' });
    expect(settings.hosted).toBe(true);
    expect(settings.maxDurationMs).toBe(300_000);
    expect(settings.addressPolicy).toEqual({ kind: 'hosted', allow: ['10.0.0.5:8000'] });
  });
  it('is local with the variables that Vercel gives out for local work', () => {
    const settings = readSettings({ VERCEL: '1', VERCEL_ENV: 'development' });
    expect([settings.hosted, settings.maxDurationMs]).toEqual([false, undefined]);
  });
  it.each(['0.0.0.0', '192.168.1.5', '::'])('is hosted when it listens on %s', (HOST) => {
    expect(readSettings({ HOST }).hosted).toBe(true);
  });
  it.each(['localhost', '127.0.0.2', '::1'])('is local when it listens on %s', (HOST) => {
    expect(readSettings({ HOST }).hosted).toBe(false);
  });
  it('reports every problem at once, each naming its variable', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      SESSION_TTL_SECONDS: '-1',
      KV_REST_API_URL: 'redis://kv.example',
      MOORING_PUBLIC: 'yes',
      MOORING_EXTENSION_IDS: 'not-an-id',
      MOORING_ALLOW_PRIVATE: 'nonsense',
      MOORING_ACCESS_CODE: 'x'.repeat(300),
      MOORING_SERVERS_ALLOW: 'https://mcp.example.com',
      MOORING_SERVERS_DENY: '*',
      MOORING_PAUSE: 'everything',
      MOORING_TRUSTED_PROXIES: 'nginx',
    });
    for (const name of [
      'PORT',
      'SESSION_TTL_SECONDS',
      'KV_REST_API_URL',
      'KV_REST_API_TOKEN',
      'MOORING_PUBLIC',
      'MOORING_EXTENSION_IDS',
      'MOORING_ALLOW_PRIVATE',
      'MOORING_ACCESS_CODE',
      'MOORING_SERVERS_ALLOW',
      'MOORING_SERVERS_DENY',
      'MOORING_PAUSE',
      'MOORING_TRUSTED_PROXIES',
    ])
      expect(problems.join('\n')).toContain(name);
  });
  describe('on the internet', () => {
    const GOOD = 'dT4yPq-8sLw2xZ';
    it.each(['short', 'password1234', 'Mooring-Mooring', 'aaaaaaaaaaaaaaaa', 'changeme-123456', 'abababababab'])(
      'refuses the access code %s',
      (code) => {
        for (const place of [{ VERCEL: '1' }, { HOST: '0.0.0.0' }]) {
          const problems = problemsOf({ ...place, MOORING_ACCESS_CODE: code }).join();
          expect(problems).toMatch(/^MOORING_ACCESS_CODE is too easy to guess/);
          expect(problems).not.toContain(code);
        }
        expect(problemsOf({ MOORING_ACCESS_CODE: code })).toEqual([]);
      },
    );
    it.each([GOOD, 'open-sesame', 'correct horse battery', `mooring-${GOOD}`])('takes the access code %s', (code) => {
      expect(problemsOf({ VERCEL: '1', MOORING_ACCESS_CODE: code })).toEqual([]);
    });
    it.each([
      [{ VERCEL: '1', MOORING_ACCESS_CODE: GOOD }, true],
      [{ HOST: '0.0.0.0', MOORING_PUBLIC: '1' }, true],
      [{ HOST: '0.0.0.0', MOORING_ACCESS_CODE: GOOD, MOORING_PUBLIC: '1' }, false],
      [{ HOST: '0.0.0.0', MOORING_ACCESS_CODE: GOOD }, false],
      [{}, false],
    ])('with %j, refuses to open everything private: %j', (env, refuses) => {
      const problems = problemsOf({ ...env, MOORING_ALLOW_PRIVATE: '1' });
      expect(problems.some((problem) => problem.startsWith('MOORING_ALLOW_PRIVATE=1 would open'))).toBe(refuses);
      expect(problemsOf({ ...env, MOORING_ALLOW_PRIVATE: '10.0.0.5:8000' })).toEqual([]);
    });
    it.each([
      ['http://kv.example', true],
      ['https://kv.example', false],
      ['http://127.0.0.1:8079', false],
    ])('sends no storage token in clear over the internet: %s is refused: %j', (url, refuses) => {
      const problems = problemsOf({ VERCEL: '1', KV_REST_API_URL: url, KV_REST_API_TOKEN: 'T' });
      expect(problems.some((problem) => problem.startsWith('KV_REST_API_URL must begin with https://'))).toBe(refuses);
    });
  });
  it('is on the internet behind a proxy, wherever it listens', () => {
    const settings = readSettings({ HOST: '127.0.0.1', MOORING_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' });
    expect([settings.hosted, settings.trustedProxies.length]).toEqual([true, 2]);
    expect(problemsOf({ VERCEL: '1', MOORING_TRUSTED_PROXIES: '10.0.0.0/8' })).toEqual([
      expect.stringContaining('MOORING_TRUSTED_PROXIES'),
    ]);
  });
  it('knows what is paused', () => {
    expect(readSettings({ MOORING_PAUSE: 'sessions, devices' }).paused).toEqual(['sessions', 'devices']);
  });
  it('knows which servers may be reached, itself among them', () => {
    const env = { MOORING_SERVERS_ALLOW: 'mcp.example.com', MOORING_PUBLIC_URL: 'https://mooring.example.com' };
    const policy = readSettings(env).addressPolicy;
    const reasonOf = (url: string) => judgeUrl(url, policy);
    expect(reasonOf('https://mcp.example.com/mcp').kind).toBe('allowed');
    expect(reasonOf('https://mooring.example.com/api/oauth/client-metadata.json').kind).toBe('allowed');
    expect(reasonOf('https://other.example.com/')).toEqual({ kind: 'forbidden', reason: 'unlisted' });
    expect(readSettings({ MOORING_SERVERS_DENY: 'mcp.example.com' }).addressPolicy.servers?.allow).toEqual([]);
  });
  it('never repeats a token in a problem', () => {
    expect(problemsOf({ KV_REST_API_TOKEN: 'very-secret' }).join()).not.toContain('very-secret');
  });
});
