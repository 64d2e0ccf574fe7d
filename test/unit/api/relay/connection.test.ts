/** Proves that the id of a connection tells which questions its client can answer, and that it hears no others. */
import { describe, expect, it } from 'vitest';
import { canTake, hasRoots, hears, mintConnection } from '../../../../api/_lib/relay/connection.ts';
import { encodeServerId } from '../../../../api/_lib/relay/ids.ts';

const FORM = { method: 'elicitation/create', params: { message: 'Name?' } };
const URL_MODE = { method: 'elicitation/create', params: { mode: 'url', url: 'https://example.com' } };
const SAMPLING = { method: 'sampling/createMessage' };
const ROOTS = { method: 'roots/list' };
const taken = (capabilities: unknown) => {
  const connection = mintConnection(capabilities);
  return [FORM, URL_MODE, SAMPLING, ROOTS].map((question) => canTake(connection, question));
};

describe('a connection', () => {
  it.each([
    [undefined, [false, false, false, false]],
    [{}, [false, false, false, false]],
    [{ elicitation: {} }, [true, false, false, false]],
    [{ elicitation: { form: {} } }, [true, false, false, false]],
    [{ elicitation: { url: {} } }, [false, true, false, false]],
    [{ elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } }, [true, true, true, true]],
    [{ sampling: true, roots: null, elicitation: [] }, [false, false, false, false]],
  ])('of a client that declares %j takes form, address, sampling and roots: %j', (capabilities, expected) => {
    expect(taken(capabilities)).toEqual(expected);
  });

  it('has an id that is a UUID and of its own', () => {
    const [one, two] = [mintConnection({ roots: {} }), mintConnection({ roots: {} })];
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).not.toBe(two);
  });

  it('without a handshake is asked everything, and has no roots', () => {
    for (const connection of [undefined, crypto.randomUUID()]) {
      expect(canTake(connection, FORM)).toBe(true);
      expect(hasRoots(connection)).toBe(false);
    }
    expect(hasRoots(mintConnection({ roots: {} }))).toBe(true);
  });

  it('hears everything but questions that it can’t answer, and those that came on the stream of its own call', () => {
    const connection = mintConnection({ elicitation: {} });
    const question = (id: string, more: object) => JSON.stringify({ jsonrpc: '2.0', id, ...more });
    expect(hears(connection, JSON.stringify({ method: 'notifications/message' }))).toBe(true);
    expect(hears(connection, question(encodeServerId(1, 1), FORM))).toBe(true);
    expect(hears(connection, question(encodeServerId(1, 1), SAMPLING))).toBe(false);
    expect(hears(connection, question(encodeServerId(1, 1), { method: 'ping' }))).toBe(true);
    expect(hears(connection, question(encodeServerId(1, 1, connection), FORM))).toBe(false);
    expect(hears(undefined, question(encodeServerId(1, 1), SAMPLING))).toBe(true);
  });
});
