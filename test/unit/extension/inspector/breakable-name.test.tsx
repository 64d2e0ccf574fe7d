/** Proves where names of tools may break: between the words in them; and that nothing is added to them. */
import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { BreakableName, piecesOf } from '../../../../extension/ui/inspector/breakable-name.tsx';

afterEach(cleanup);

describe('a name', () => {
  it.each([
    ['create_pull_request', ['create_', 'pull_', 'request']],
    ['mcp__github__read', ['mcp__', 'github__', 'read']],
    ['notion-create-pages', ['notion-', 'create-', 'pages']],
    ['getConfluencePage', ['get', 'Confluence', 'Page']],
    ['parseHTML5Page', ['parse', 'HTML5', 'Page']],
    ['demo://files/read.me', ['demo://', 'files/', 'read.', 'me']],
    ['echo', ['echo']],
    ['_private', ['_', 'private']],
    ['größeÄndern', ['größe', 'Ändern']],
    ['', ['']],
  ])('breaks between its words: %s', (name, pieces) => expect(piecesOf(name)).toEqual(pieces));

  it('stays the same text, with hidden characters by name', () => {
    const { container } = render(<BreakableName name={'read_safe\u202egnp_file'} />);
    expect(container.textContent).toBe('read_safeU+202Egnp_file');
    expect(container.querySelectorAll('wbr').length).toBe(2);
  });
});
