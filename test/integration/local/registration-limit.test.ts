/** Proves how many devices one address may register at a backend on the internet, and who says which address it is. */
import { expect, it, vi } from 'vitest';
import { startInProcess } from '../../support/api-client.ts';
import { startBackend } from '../../support/processes.ts';

const OPEN = { VERCEL: '1', MOORING_PUBLIC: '1' };
const MOST = 10;
const times = <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const registration = (headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: '{"name":"x"}',
});
const count = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;

it('counts by the address of the connection, whatever a client says', async () => {
  const { api } = await startBackend(OPEN);
  const register = async (n: number) => (await fetch(`${api}/devices`, registration({ 'x-forwarded-for': `192.0.2.${n}` }))).status;
  const statuses = await times(MOST + 3, register);
  expect([count(statuses, 201), count(statuses, 429)]).toEqual([MOST, 3]);
  const refused = await fetch(`${api}/devices`, registration());
  expect(refused.headers.get('retry-after')).toMatch(/^[1-6]$/);
  expect(await refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  expect((await fetch(`${api}/health`)).status).toBe(200);
});

it('counts by the address that a trusted proxy names, and by nothing that a client adds to it', async () => {
  const { api } = await startBackend({ MOORING_PUBLIC: '1', MOORING_TRUSTED_PROXIES: '127.0.0.1' });
  const register = async (forwardedFor: string) =>
    (await fetch(`${api}/devices`, registration({ 'x-forwarded-for': forwardedFor }))).status;
  const statuses = await times(MOST + 2, (n) => register(`192.0.2.${n}, 198.51.100.7`));
  expect([count(statuses, 201), count(statuses, 429)]).toEqual([MOST, 2]);
  expect(await register('198.51.100.8')).toBe(201);
});

it('counts wrong access codes too', async () => {
  const { api } = await startBackend({ VERCEL: '1', MOORING_ACCESS_CODE: 'open-sesame' });
  const guess = async (n: number) =>
    (await fetch(`${api}/devices`, { ...registration(), body: JSON.stringify({ name: 'x', accessCode: String(n) }) })).status;
  const statuses = await times(MOST + 3, guess);
  expect([count(statuses, 403), count(statuses, 429)]).toEqual([MOST, 3]);
});

it('counts by the address that Vercel names, behind its entry point', async () => {
  for (const [name, value] of Object.entries(OPEN)) vi.stubEnv(name, value);
  const { default: vercel } = await import('../../../api/_lib/vercel.ts');
  const register = async (address: string) => {
    const request = new Request('https://mooring.example/api/devices', registration({ 'x-forwarded-for': address }));
    return (await vercel.fetch(request)).status;
  };
  const statuses = await times(MOST + 1, () => register('192.0.2.1'));
  expect([count(statuses, 201), count(statuses, 429)]).toEqual([MOST, 1]);
  expect(await register('192.0.2.2')).toBe(201);
  vi.unstubAllEnvs();
});

it('counts nothing at a backend of this machine', async () => {
  const api = await startInProcess();
  const statuses = await times(MOST + 3, async () => (await api.ask('POST', '/devices', { body: { name: 'x' } })).status);
  expect(count(statuses, 201)).toBe(MOST + 3);
});
