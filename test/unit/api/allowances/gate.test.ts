/** How much whoever asks a hosted backend may ask for, counted in this process; what all instances share is in test/contract/allowances. */
import { describe, expect, it } from 'vitest';
import {
  ACT_ALLOWANCES,
  ADDRESS_REQUESTS,
  DEVICE_REQUESTS,
  MAX_CALLS_OF_SESSION,
  MAX_DEVICES_OF_WORKSPACE,
  MAX_LISTENERS_OF_SESSION,
  MAX_OPEN_REQUESTS,
  MAX_SESSIONS_OF_WORKSPACE,
  UNKNOWN_TOKENS,
} from '../../../../api/_lib/allowances/allowances.ts';
import { type Asking, type Gate, openGate } from '../../../../api/_lib/allowances/gate.ts';

const ADDRESS = '198.51.100.7';
const limited = (retryAfterSeconds: unknown = expect.any(Number)) => expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds });

function openAt() {
  const clock = { ms: 5000 };
  const gate = openGate({ hosted: true, kv: undefined, now: () => clock.ms });
  return { clock, gate };
}

/** One request from its begin to its end. */
function ask(gate: Gate, asking: Partial<Asking>, token: 'known' | 'unknown' | 'not-asked' = 'not-asked'): void {
  const admitted = gate.admit({ address: ADDRESS, authorization: undefined, ...asking });
  admitted?.answered(token);
  admitted?.ended();
}

describe('requests', () => {
  it('of a device are counted by its token, before those of its address', () => {
    const { gate, clock } = openAt();
    const mine = { authorization: 'Bearer mine' };
    ask(gate, mine, 'known');
    for (let i = 0; i < DEVICE_REQUESTS.most; i++) ask(gate, mine, 'known');
    expect(() => ask(gate, mine)).toThrowError(limited(1));
    ask(gate, { authorization: 'Bearer colleague' }, 'known');
    clock.ms += 100;
    ask(gate, mine, 'known');
  });

  it('of an address are counted together, whatever tokens they have', () => {
    const { gate } = openAt();
    for (let i = 0; i < ADDRESS_REQUESTS.most; i++) ask(gate, i % 2 ? { authorization: `Bearer ${i}` } : {});
    expect(() => ask(gate, {})).toThrowError(limited());
    ask(gate, { address: '198.51.100.8' });
  });

  it('with unknown tokens are refused after some, while known devices of the same address go on', () => {
    const { gate } = openAt();
    ask(gate, { authorization: 'Bearer mine' }, 'known');
    for (let i = 0; i < UNKNOWN_TOKENS.most; i++) ask(gate, { authorization: `Bearer made up ${i}` }, 'unknown');
    expect(() => ask(gate, { authorization: 'Bearer made up' })).toThrowError(limited(2));
    ask(gate, { authorization: 'Bearer mine' }, 'known');
    ask(gate, {});
    ask(gate, { address: '198.51.100.8', authorization: 'Bearer elsewhere' });
  });

  it('that have no end are counted until they end', () => {
    const { gate } = openAt();
    const mine = { address: ADDRESS, authorization: 'Bearer mine' };
    ask(gate, mine, 'known');
    const open = Array.from({ length: MAX_OPEN_REQUESTS }, () => gate.admit(mine));
    expect(() => gate.admit(mine)).toThrowError(limited(5));
    open[0]?.ended();
    gate.admit(mine);
    expect(() => gate.admit(mine)).toThrowError(limited(5));
  });
});

describe('acts', () => {
  const begin = async (gate: Gate, times: number, address: (n: number) => string, workspaceId?: string) => {
    for (let n = 0; n < times; n++)
      await gate.begin(workspaceId === undefined ? 'device' : 'session', {
        address: address(n),
        ...(workspaceId !== undefined && { workspaceId }),
      });
  };

  it('are counted by address', async () => {
    const { gate, clock } = openAt();
    const [perMinute, perHour] = ACT_ALLOWANCES.device.address;
    await begin(gate, perMinute?.most ?? 0, () => ADDRESS);
    await expect(gate.begin('device', { address: ADDRESS })).rejects.toEqual(limited(6));
    await gate.begin('device', { address: '198.51.100.8' });
    // As fast as the minute allows, until the hour does not.
    let taken = perMinute?.most ?? 0;
    const startMs = clock.ms;
    for (let tries = 0; tries < 100; tries++) {
      clock.ms += 6000;
      await gate.begin('device', { address: ADDRESS }).then(
        () => taken++,
        () => {},
      );
    }
    const filledAgain = ((clock.ms - startMs) / 3_600_000) * (perHour?.most ?? 0);
    expect(taken).toBe((perHour?.most ?? 0) + Math.floor(filledAgain));
  });

  it('are counted by workspace, from whatever addresses', async () => {
    const { gate } = openAt();
    await begin(gate, 20, (n) => `198.51.100.${n}`, 'w1');
    await expect(gate.begin('session', { address: '203.0.113.1', workspaceId: 'w1' })).rejects.toEqual(limited(3));
    await gate.begin('session', { address: '203.0.113.1', workspaceId: 'w2' });
  });

  it('are counted for everybody together where codes could be guessed', async () => {
    const { gate } = openAt();
    await begin(gate, 100, (n) => `198.51.${n}.1`);
    await expect(gate.begin('device', { address: '203.0.113.1' })).rejects.toEqual(limited(1));
  });

  it.each([
    ['session', MAX_SESSIONS_OF_WORKSPACE, /End a session/],
    ['pairing', MAX_DEVICES_OF_WORKSPACE, /Remove a device/],
  ] as const)('%s is refused when the workspace has its quota, and says what to do', async (act, most, hint) => {
    const { gate } = openAt();
    await gate.begin(act, { address: ADDRESS, workspaceId: 'w' }, async () => most - 1);
    const refused = await gate.begin(act, { address: ADDRESS, workspaceId: 'w' }, async () => most).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', hint: expect.stringMatching(hint) });
  });
});

it('calls and listeners of a session have a number that is not passed', () => {
  const { gate } = openAt();
  gate.admitCall(MAX_CALLS_OF_SESSION - 1);
  gate.admitListener(MAX_LISTENERS_OF_SESSION - 1);
  expect(() => gate.admitCall(MAX_CALLS_OF_SESSION)).toThrowError(limited(5));
  expect(() => gate.admitListener(MAX_LISTENERS_OF_SESSION)).toThrowError(limited(5));
});

it('a backend of this machine counts nothing', async () => {
  const gate = openGate({ hosted: false, kv: undefined });
  for (let i = 0; i < 5000; i++) {
    gate.admit({ address: ADDRESS, authorization: undefined });
    await gate.begin('device', { address: ADDRESS });
  }
  gate.admitCall(1000);
  gate.admitListener(1000);
  expect(gate.admit({ address: ADDRESS, authorization: undefined })).toBeUndefined();
});
