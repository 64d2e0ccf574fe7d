/** Which headers a user may have sent to a server. */
import { describe, expect, it } from 'vitest';
import { parseServerHeaders } from '../../../shared/server-headers.ts';

describe('headers of a server', () => {
  it('are trimmed, their names in lower case', () => {
    expect(parseServerHeaders({ ' X-Api-Key ': ' k 1 ', Authorization: 'Bearer x' })).toEqual({
      kind: 'ok',
      headers: { 'x-api-key': 'k 1', authorization: 'Bearer x' },
    });
    expect(parseServerHeaders({})).toEqual({ kind: 'ok', headers: {} });
  });
  it('may have names that objects have', () => {
    const given = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    expect(parseServerHeaders(given)).toMatchObject({ kind: 'ok' });
    const parsed = parseServerHeaders(given);
    expect(parsed.kind === 'ok' && Object.entries(parsed.headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
  it.each([
    ...['Host', 'Content-Length', 'Content-Type', 'Accept', 'Accept-Encoding', 'Expect', 'Connection', 'Keep-Alive', 'TE', 'Trailer'],
    ...['Transfer-Encoding', 'Upgrade', 'Proxy-Authorization', 'Proxy-Connection', 'Mcp-Session-Id', 'Mcp-Protocol-Version', 'Mcp-Param-X'],
    ...['Last-Event-ID', 'Origin', 'Referer', 'Sec-Fetch-Site', 'Forwarded', 'Via', 'X-Forwarded-For', 'X-Real-Ip', 'Cookie', 'Set-Cookie'],
  ])('%s cannot be set, and the reason says why', (name) => {
    const verdict = parseServerHeaders({ [name]: 'v' });
    expect(verdict).toMatchObject({ kind: 'invalid', reason: expect.stringContaining(`The header ${name.toLowerCase()} cannot be set: `) });
  });
  it.each([
    [{ 'X-Key': '' }, 'empty'],
    [{ 'X-Key': 'a\nb' }, 'characters'],
    [{ 'X-Key': 'a\u0000' }, 'characters'],
    [{ 'X-Key': 'é' }, 'characters'],
    [{ 'X-Key': 'x'.repeat(4097) }, 'tooLong'],
    [{ '': 'v' }, 'name'],
    [{ 'X Key': 'v' }, 'name'],
    [{ 'X:Key': 'v' }, 'name'],
    [{ ['x'.repeat(129)]: 'v' }, 'name'],
    [{ 'X-Key': 'v', 'x-key': 'w' }, 'twice'],
    [Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`x-${at}`, 'v'])), 'tooMany'],
  ])('%j are none: %s', (given, fault) => {
    expect(parseServerHeaders(given as Record<string, string>)).toMatchObject({ kind: 'invalid', fault });
  });
  it('repeat nothing of a value that was pasted into a name', () => {
    const verdict = parseServerHeaders({ 'sk-live-0123456789 abcdef': 'x' });
    expect(verdict.kind === 'invalid' && verdict.reason).not.toContain('56789');
  });
});
