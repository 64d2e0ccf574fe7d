/** Proves how results are drawn: every content type, nothing as markup, verdicts beside what they judge, and only part of what is huge. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import type { ToolResult } from '../../../../extension/gateway/mcp-connection.ts';
import { ContentContext } from '../../../../extension/ui/inspector/content-context.ts';
import { FailureView } from '../../../../extension/ui/inspector/failure-view.tsx';
import { countValues } from '../../../../extension/ui/inspector/json-tree.ts';
import { ResultView } from '../../../../extension/ui/inspector/result-view.tsx';
import { RunState } from '../../../../extension/ui/inspector/run-state.tsx';

afterEach(cleanup);

const PNG = btoa('\x89PNG\r\n\x1a\n........');
const show = (result: ToolResult, outputSchema?: unknown) =>
  render(<ResultView result={result} durationMs={14} outputSchema={outputSchema} origin={undefined} />).container;
const showBlock = (block: unknown) => show({ content: [block] });

describe('content', () => {
  it('of text is text, never markup', () => {
    const container = showBlock({ type: 'text', text: '<script>alert(1)</script><img src=x>\nevil\u202etxt' });
    expect(container.querySelector('script, img')).toBeNull();
    expect(container.querySelector('pre')?.textContent).toBe('<script>alert(1)</script><img src=x>\nevilU+202Etxt');
  });

  it('of text that is JSON can be read as JSON', async () => {
    const container = showBlock({ type: 'text', text: '{"a":{"b":[1,2,3]}}' });
    fireEvent.click(screen.getByText('JSON'));
    await waitFor(() => expect(container.querySelector('.json-key')?.textContent).toBe('"a"'));
  });

  it('of text that only begins as JSON stays as it came, and that is said', async () => {
    const container = showBlock({ type: 'text', text: '{"a":, "b"}' });
    fireEvent.click(screen.getByText('JSON'));
    await waitFor(() => expect(container.textContent).toContain('This is not valid JSON'));
    expect(container.querySelector('pre')?.textContent).toBe('{"a":, "b"}');
  });

  it('of images is drawn by what the bytes are, not by what they are called', () => {
    const image = showBlock({ type: 'image', data: PNG, mimeType: 'text/html' }).querySelector('img');
    expect(image?.getAttribute('src')).toBe(`data:image/png;base64,${PNG}`);
    expect(screen.getByText('declared as text/html')).toBeTruthy();
  });

  it.each([btoa('<svg onload=alert(1)>'), btoa('<html>'), '%%%'])('that calls itself an image is not drawn: %s', (data) => {
    const container = showBlock({ type: 'image', data, mimeType: 'image/svg+xml' });
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toContain('is not shown');
  });

  it('of images is not drawn when a few bytes unpack into gigabytes', () => {
    const bomb = btoa('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff');
    const container = showBlock({ type: 'image', data: bomb, mimeType: 'image/png' });
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toContain('is too large to show');
    expect(container.querySelector('.frame .button')?.textContent).toBe('Save');
  });

  it('of sound can be played', () => {
    const audio = showBlock({ type: 'audio', data: btoa('RIFF....WAVEfmt '), mimeType: 'audio/wav' }).querySelector('audio');
    expect(audio?.getAttribute('src')).toMatch(/^data:audio\/wav;base64,/);
  });

  it('of embedded resources shows text, and offers bytes for saving', () => {
    expect(showBlock({ type: 'resource', resource: { uri: 'demo://a.md', text: '# Hi' } }).querySelector('pre')?.textContent).toBe('# Hi');
    cleanup();
    const container = showBlock({ type: 'resource', resource: { uri: 'demo://a.gz', mimeType: 'application/gzip', blob: btoa('zz') } });
    expect(container.textContent).toContain('application/gzip');
    expect(container.querySelector('.frame .button')?.textContent).toBe('Save');
  });

  it('of embedded pictures opens in Resources too, and has its own `_meta`', () => {
    const opened: string[] = [];
    const result = { content: [{ type: 'resource', resource: { uri: 'demo://a.png', blob: PNG, _meta: { depth: 7 } } }] };
    render(
      <ContentContext.Provider value={{ onOpenResource: (uri) => opened.push(uri) }}>
        <ResultView result={result} durationMs={14} outputSchema={undefined} origin={undefined} />
      </ContentContext.Provider>,
    );
    expect(screen.getByRole('img')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Open in Resources' }));
    expect(opened).toEqual(['demo://a.png']);
    expect(screen.getByText('_meta')).toBeTruthy();
  });

  it.each(['avif', 'heic', 'mif1'])('of pictures that begin as sound does is not played: %s', (brand) => {
    const container = showBlock({ type: 'image', data: btoa(`\0\0\0\x20ftyp${brand}\0\0\0\0`), mimeType: 'image/avif' });
    expect(container.querySelector('audio, img')).toBeNull();
    expect(container.textContent).toContain('is not shown');
  });

  it.each([
    ['https://example.com/a', true],
    ['http://example.com/', true],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['file:///etc/passwd', false],
    ['demo://resource/1', false],
    ['https://', false],
  ])('of a link to %s is asked about and opens: %s', (uri, opens) => {
    const container = showBlock({ type: 'resource_link', uri, name: 'x' });
    expect(container.querySelector('a')).toBeNull();
    expect(container.textContent).toContain(uri);
    expect(container.querySelector('.link') !== null).toBe(opens);
    if (!opens) return;
    fireEvent.click(screen.getByText(uri));
    const link = container.querySelector('a');
    expect([link?.href, link?.rel, link?.target]).toEqual([uri, 'noopener noreferrer', '_blank']);
    fireEvent.click(screen.getByText('Don’t open'));
    expect(container.querySelector('a')).toBeNull();
  });

  it.each([{ type: 'hologram', x: 1 }, { type: 'text' }, { type: 'image' }, { type: 'resource' }, null, 7, 'x'])(
    'that nobody knows is shown as JSON: %j',
    (block) => {
      expect(showBlock(block).textContent).toContain('unknown type');
    },
  );

  it.each([{}, { content: 'x' }, { content: null }])('that is none is said: %j', (result) => {
    expect(show(result).textContent).toContain('The result is empty.');
  });

  it.each(['x', '# A heading\n\nand **more**', 'a line\n'.repeat(100), '{"a":1}'])(
    'that is one text is copied and saved by one button each',
    (text) => {
      showBlock({ type: 'text', text });
      expect([screen.getAllByText('Copy').length, screen.getAllByText('Save').length]).toEqual([1, 1]);
    },
  );

  it('of several blocks is copied and saved as a whole, and each long text by itself', () => {
    show({ content: ['a line\n'.repeat(100), 'short'].map((text) => ({ type: 'text', text })) });
    expect([screen.getAllByText('Copy').length, screen.getAllByText('Save').length]).toEqual([2, 2]);
  });

  it('tells for whom it is', () => {
    expect(showBlock({ type: 'text', text: 'x', annotations: { audience: ['user'], priority: 0.5 } }).textContent).toContain(
      'for user · priority 0.5',
    );
  });
});

describe('large content', () => {
  it('is drawn only in part', () => {
    const text = 'The quick brown fox.\n'.repeat(500_000);
    const container = showBlock({ type: 'text', text });
    const drawn = [...container.querySelectorAll('pre')].map((pre) => pre.textContent).join('');
    expect(drawn.length).toBeLessThanOrEqual(30_000);
    expect(drawn).toBe(text.slice(0, drawn.length));
  });

  it('of JSON is drawn only in part, and checked only when asked for', async () => {
    const value = { rows: Array.from({ length: 30_000 }, (_, id) => ({ id })) };
    const container = show({ structuredContent: value }, { type: 'object', properties: { rows: { type: 'string' } } });
    expect(container.querySelectorAll('.json-line').length).toBeLessThan(200);
    expect(container.querySelector('.badge.bad')).toBeNull();
    fireEvent.click(screen.getByText('Check against outputSchema'));
    await waitFor(() => expect(container.querySelector('.badge.bad')?.textContent).toBe('does not match outputSchema'));
  });

  it('is said to be checked for as long as that takes, and the check of one result is none of the next', async () => {
    const rowsOf = (count: number) => ({ rows: Array.from({ length: count }, (_, id) => ({ id })) });
    const schema = { type: 'object', properties: { rows: { type: 'array', items: { required: ['id'] } } } };
    const view = (count: number) => (
      <ResultView result={{ structuredContent: rowsOf(count) }} durationMs={1} outputSchema={schema} origin={undefined} />
    );
    const { container, rerender } = render(view(30_000));
    const button = () => screen.queryByText('Check against outputSchema');
    fireEvent.click(screen.getByText('Check against outputSchema'));
    await waitFor(() => expect(button()?.getAttribute('aria-busy')).toBe('true'));
    expect(container.querySelector('.badge.ok')).toBeNull();
    rerender(view(40_000));
    expect(button()?.getAttribute('aria-busy')).toBeNull();
    fireEvent.click(screen.getByText('Check against outputSchema'));
    await waitFor(() => expect(container.querySelector('.badge.ok')?.textContent).toBe('matches outputSchema'));
    expect(button()).toBeNull();
  });

  it('is counted no further than needed', () => {
    expect(countValues({ a: [1, { b: 2 }] }, 100)).toBe(5);
    expect(countValues(Array.from({ length: 1_000_000 }), 100)).toBe(100);
  });
});

describe('structured content', () => {
  const schema = { type: 'object', required: ['sum'], properties: { sum: { type: 'integer' } } };
  it('stands beside its verdict', () => {
    expect(show({ structuredContent: { sum: 42 } }, schema).querySelector('.badge.ok')?.textContent).toBe('matches outputSchema');
  });

  it('is shown though it breaks its schema, with the places', () => {
    const container = show({ content: [], structuredContent: { sum: '42' } }, schema);
    expect(container.querySelector('.badge.bad')?.textContent).toBe('does not match outputSchema');
    expect(container.querySelector('.issues')?.textContent).toContain('/sum');
    expect(container.textContent).toContain('"42"');
  });

  it('is not called right when nobody can tell', () => {
    const container = show({ structuredContent: {} }, { $ref: 'https://example.com/x.json' });
    expect(container.querySelector('.badge.warn')?.textContent).toBe('outputSchema cannot be checked');
  });

  it('that was promised and did not come is missed, but not in an error', () => {
    expect(show({ content: [] }, schema).textContent).toContain('sent none');
    cleanup();
    expect(show({ content: [], isError: true }, schema).textContent).not.toContain('sent none');
  });
});

describe('a run', () => {
  const tool = { name: 'x' };
  const never = () => expect.unreachable();
  const base = { key: 'key-of-act', tool: 'x', arguments: {}, startedAtMs: 0 };
  it('that ended in the tool’s own error is told as such', () => {
    const { container } = render(
      <RunState
        tool={tool}
        remedies={{}}
        onRunAgain={never}
        run={{ ...base, kind: 'done', durationMs: 1, endedAtMs: 1, result: { isError: true, content: [{ type: 'text', text: 'no' }] } }}
      />,
    );
    expect(container.querySelector('b')?.textContent).toBe('Tool error');
  });

  it('that goes on shows the server’s words and can be cancelled', () => {
    let cancelled = 0;
    const progress = { progress: 2, total: 5, message: '<i>half</i>' };
    const { container } = render(
      <RunState tool={tool} remedies={{}} onRunAgain={never} run={{ ...base, kind: 'running', progress, cancel: () => cancelled++ }} />,
    );
    expect(screen.getByText('2 of 5 · <i>half</i>')).toBeTruthy();
    expect(container.querySelector('progress')?.getAttribute('max')).toBe('5');
    fireEvent.click(screen.getByText('Cancel'));
    expect(cancelled).toBe(1);
  });

  it('that failed says what happened, keeps the server’s data, and offers what helps', () => {
    let tried = 0;
    const failed = { ...base, kind: 'failed', durationMs: 1, endedAtMs: 1, isUnsent: false } as const;
    render(
      <RunState
        tool={tool}
        remedies={{}}
        onRunAgain={never}
        run={{ ...failed, failure: { kind: 'protocol', code: -32602, message: 'b is required', data: { path: ['b'] } } }}
      />,
    );
    expect(screen.getByRole('alert').textContent).toContain('b is required');
    expect(screen.getByText('"path"')).toBeTruthy();
    cleanup();
    render(
      <RunState
        tool={tool}
        remedies={{ retry: () => tried++ }}
        onRunAgain={never}
        run={{ ...failed, failure: { kind: 'mooring', code: 'STORAGE_UNAVAILABLE', detail: 'x' } }}
      />,
    );
    fireEvent.click(screen.getByText('Try again'));
    expect(tried).toBe(1);
  });

  it.each(['read', 'call'] as const)('that wants a page visited first offers it, whatever was asked for: %s', async (act) => {
    const data = { elicitations: [{ mode: 'url', message: 'Sign the form', url: 'https://example.com/form', elicitationId: '1' }] };
    render(<FailureView failure={{ kind: 'protocol', code: -32_042, message: 'Required', data }} act={act} remedies={{}} />);
    expect(await screen.findByText('Sign the form')).toBeTruthy();
    expect(screen.getByRole('button', { name: /example\.com/ })).toBeTruthy();
  });
});
