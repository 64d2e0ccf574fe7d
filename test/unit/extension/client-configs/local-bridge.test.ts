/** Proves the line that is shown for a server which runs as a program: it is for a shell, and its words come from a file of somebody else. */
import { describe, expect, it } from 'vitest';
import { bridgeTo } from '../../../../extension/state/client-configs/local-bridge.ts';

describe('the line that makes a program reachable', () => {
  it('gives each server a port of its own', () => {
    expect(bridgeTo(['npx', '-y', '@me/files', '/srv'], 0)).toStrictEqual({
      line: 'npx mcp-proxy --port 8080 -- npx -y @me/files /srv',
      address: 'http://127.0.0.1:8080/mcp',
    });
    expect(bridgeTo(['uvx', 'a'], 2).address).toBe('http://127.0.0.1:8082/mcp');
  });

  it('hands on words as they are: none is run by the shell, none is taken apart', () => {
    expect(bridgeTo(['node', 'my server.js', '$(touch x)', "it's", ''], 0).line).toBe(
      String.raw`npx mcp-proxy --port 8080 -- node 'my server.js' '$(touch x)' 'it'\''s' ''`,
    );
  });
});
