/** Addresses as people type them. */
import { describe, expect, it } from 'vitest';
import { MAX_URL_LENGTH } from '../../../shared/limits.ts';
import { parseServerUrl } from '../../../shared/server-url.ts';

describe('parseServerUrl', () => {
  it.each([
    ['https://mcp.example.com/mcp', 'https://mcp.example.com/mcp'],
    ['  https://mcp.example.com/mcp  ', 'https://mcp.example.com/mcp'],
    ['mcp.example.com/mcp', 'https://mcp.example.com/mcp'],
    ['localhost:3001/mcp', 'http://localhost:3001/mcp'],
    ['127.0.0.1:3001/mcp', 'http://127.0.0.1:3001/mcp'],
    ['[::1]:3001/mcp', 'http://[::1]:3001/mcp'],
    ['localhost.example.com/mcp', 'https://localhost.example.com/mcp'],
    ['HTTPS://MCP.Example.com/Mcp?key=a#part', 'https://mcp.example.com/Mcp?key=a'],
  ])('reads %j as %s', (input, url) => {
    expect(parseServerUrl(input)).toEqual({ kind: 'ok', url });
  });
  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['not a url', 'characters'],
    ['https://', 'noUrl'],
    ['http://[::1', 'noUrl'],
    ['ftp://example.com/mcp', 'scheme'],
    ['javascript://example.com/%0aalert(1)', 'scheme'],
    ['https://user:secret@example.com/mcp', 'userInfo'],
    ['https://example.com/a b', 'characters'],
    ['https://example.com\\@evil.example/mcp', 'characters'],
    ['https://example.com/\u0000', 'characters'],
    [`https://example.com/${'a'.repeat(MAX_URL_LENGTH)}`, 'tooLong'],
  ])('refuses %j as %s, with a reason', (input, fault) => {
    expect(parseServerUrl(input)).toEqual({ kind: 'invalid', fault, reason: expect.stringMatching(/\.$/) });
  });
});
