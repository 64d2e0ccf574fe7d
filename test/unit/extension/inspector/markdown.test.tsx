/** Proves Markdown of a server as a page: what it may draw and what stays text, cut where no frame gets long. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { cutMarkdown, isTooNested } from '../../../../extension/ui/inspector/markdown-parts.ts';
import { looksLikeMarkdown } from '../../../../extension/ui/inspector/markdown-signs.ts';
import { MarkdownView } from '../../../../extension/ui/inspector/markdown-view.tsx';

afterEach(cleanup);
const show = (text: string) => render(<MarkdownView text={text} label="Text" />).container;

describe('Markdown', () => {
  it('is drawn as what it says', () => {
    const container = show(
      '# One\n\n**bold** _it_ ~~gone~~ `code`\n\n3. three\n   - [x] done\n\n> quote\n\n---\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |',
    );
    expect(container.querySelector('h3')?.textContent).toBe('One');
    expect(
      ['strong', 'em', 'del', '.md-code', 'blockquote', 'hr', 'th.md-center', 'td.md-right'].filter(
        (wanted) => !container.querySelector(wanted),
      ),
    ).toEqual([]);
    expect(container.querySelector('ol')?.start).toBe(3);
    expect(container.querySelector('.md-check')?.textContent).toBe('☑ ');
  });

  it('puts no heading above the tool’s own', () => {
    const headings = show('# 1\n\n## 2\n\n###### 6').querySelectorAll('h1, h2, h3, h4, h5, h6');
    expect([...headings].map(({ tagName }) => tagName)).toEqual(['H3', 'H4', 'H6']);
  });

  it('shows markup as text', () => {
    const container = show('<script>alert(1)</script>\n\nand <b onclick=x>b</b> <!-- c -->');
    expect(container.querySelector('script, b')).toBeNull();
    expect(container.textContent).toContain('<script>alert(1)</script>');
    expect(container.textContent).toContain('<b onclick=x>b</b> <!-- c -->');
  });

  it('asks about links, and loads no picture', () => {
    const container = show(
      '[words](https://example.com/a) ![map](https://example.com/m.png) [![badge](https://a.example/b)](https://c.example/)',
    );
    expect(container.querySelector('a, img')).toBeNull();
    expect([...container.querySelectorAll('.link')].map(({ textContent }) => textContent)).toEqual([
      'words',
      'Picture: map',
      'Picture: badge',
    ]);
    fireEvent.click(screen.getByText('words'));
    expect(container.querySelector('a')?.href).toBe('https://example.com/a');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'demo://resource/1', '/relative', '//host/x'])(
    'makes no link of %s',
    (uri) => {
      const container = show(`[words](${uri}) ![picture](${uri}) [named][n]\n\n[n]: ${uri}`);
      expect(container.querySelector('a, img, button')).toBeNull();
      expect(container.textContent).toContain(`words (${uri})`);
    },
  );

  it('shows what is hidden in it', () => {
    expect(show('**safe\u202egnp** `a\u200bb`').textContent).toBe('safeU+202Egnp aU+200Bb');
  });

  it('draws quotes without end only as deep as anybody writes', () => {
    const deep = `${'> '.repeat(29)}end`;
    expect(show(deep).querySelectorAll('blockquote').length).toBeLessThan(25);
    cleanup();
    const deeper = `${'>'.repeat(3000)} end`;
    expect(show(deeper).querySelector('blockquote')).toBeNull();
    expect(screen.getByText(/^>+ end$/)).toBeTruthy();
  });

  it('is drawn in steps', async () => {
    const container = show('A paragraph of some words.\n\n'.repeat(4000));
    const drawn = () => container.querySelector('section')?.textContent.length ?? 0;
    await waitFor(() => expect(drawn()).toBeGreaterThan(15_000));
    expect(drawn()).toBeLessThan(40_000);
    fireEvent.click(screen.getByText('Show more'));
    await waitFor(() => expect(drawn()).toBeGreaterThan(30_000));
  });
});

describe('parts', () => {
  const joined = (text: string) => cutMarkdown(text, 50, 100);
  it('are the text, cut between blocks', () => {
    const text = 'First block of words.\n\nSecond block, which is longer.\n\nThird.\n\n'.repeat(5);
    const parts = joined(text);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.slice(0, -1).every((part) => part.text.endsWith('\n\n'))).toBe(true);
  });

  it('keep code together, or open it again', () => {
    const text = `\`\`\`ts\n${'let a = 1;\n\n'.repeat(20)}\`\`\`\n\nafter`;
    const parts = joined(text);
    expect(parts.length).toBeGreaterThan(2);
    const code = parts.slice(0, -1);
    expect(code.every((part) => part.text.startsWith('```ts\n'))).toBe(true);
    expect(code.every((part) => part.text.match(/^```/gm)?.length === 2)).toBe(true);
    expect(parts.at(-1)).toEqual({ text: 'after', end: text.length });
  });

  it('have an end without any line', () => {
    const text = '😀'.repeat(500);
    expect(
      joined(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
    expect(joined(text).every((part) => part.text.isWellFormed())).toBe(true);
    expect(joined('')).toEqual([]);
  });

  it.each([
    '>'.repeat(40),
    '> '.repeat(40),
    '- '.repeat(40),
    '1. '.repeat(40),
    'x\n\n> - > - > - > - > - > - > - > - > - > - > - > - > - > - > - > - x',
  ])('that nest without end are known: %j', (text) => expect(isTooNested(text)).toBe(true));
  it.each(['---'.repeat(30), '> > quote', '-'.repeat(100), '1.5.2.3'.repeat(20)])('that do not are not: %j', (text) =>
    expect(isTooNested(text)).toBe(false),
  );
});

describe('signs of Markdown', () => {
  it.each([
    '# Title',
    'a\n## b',
    '- a\n- b',
    '1. a\n2. b',
    '```\nx\n```',
    '> quote',
    '| a |\n|---|\n| 1 |',
    'see [x](https://y)',
    'a **bold** word',
  ])('are seen in %j', (text) => expect(looksLikeMarkdown(text)).toBe(true));
  it.each(['Echo: hello', 'a - b', '#hash', '2 * 3 * 4', '{"a": "# b"}', 'snake_case and __init__.py', 'a | b | c', '- one dash'])(
    'are not seen in %j',
    (text) => expect(looksLikeMarkdown(text)).toBe(false),
  );
});
