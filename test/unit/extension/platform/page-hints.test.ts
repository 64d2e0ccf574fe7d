/** Proves what the one look at a page collects, and that it stays within its limits. */
import { afterEach, describe, expect, it } from 'vitest';
import { collectPageHints } from '../../../../extension/platform/current-tab.ts';
import { parsePageServers } from '../../../../extension/state/page-servers.ts';

const show = (head: string, body: string) => {
  document.head.innerHTML = head;
  document.body.innerHTML = body;
};
afterEach(() => show('', ''));

describe('a page', () => {
  it('gives the links, hints and code that may name a server, as they are written', () => {
    show(
      '<link rel="mcp-server" href="/mcp" title="Acme"><link rel="stylesheet" href="/mcp.css"><meta name="description" content="mcp">',
      `<a href="vscode:mcp/install?%7B%7D">Install <b>it</b></a> <a href="/about">About</a>
       <pre><code>{ "url": "https://mcp.acme.dev/mcp" }</code></pre> <code>npm install</code> <input readonly value="https://mcp.acme.dev/sse">`,
    );
    expect(collectPageHints()).toEqual({
      pageUrl: document.baseURI,
      hints: [{ href: '/mcp', title: 'Acme' }],
      links: [{ href: 'vscode:mcp/install?%7B%7D', text: 'Install it' }],
      codes: ['{ "url": "https://mcp.acme.dev/mcp" }', 'https://mcp.acme.dev/sse'],
    });
  });

  it('needs nothing from outside of the function, which runs elsewhere', () => {
    show('', '<code>https://mcp.acme.dev/mcp</code>');
    const alone = new Function(`return (${collectPageHints.toString()})()`) as typeof collectPageHints;
    expect(parsePageServers(alone())).toEqual([{ url: 'https://mcp.acme.dev/mcp', name: 'mcp.acme.dev' }]);
  });

  it('with thousands of links and long code gives no more than fits', () => {
    show('', `${'<a href="/mcp">x</a>'.repeat(3_000)}${`<pre>http://x ${'y'.repeat(30_000)}</pre>`.repeat(40)}`);
    const { links, codes } = collectPageHints();
    expect(links).toHaveLength(200);
    expect(codes.every((code) => code.length <= 20_000)).toBe(true);
    expect(codes.join('').length).toBeLessThanOrEqual(400_000);
  });

  it('without any gives nothing', () => {
    show('<title>News</title>', '<p>Nothing here</p><a href="/more">More</a>');
    expect(collectPageHints()).toMatchObject({ links: [], hints: [], codes: [] });
  });
});
