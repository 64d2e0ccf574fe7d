/** Proves which icons of a server are drawn: pictures that came along and are small, never an address; and how they stand beside names. */
import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { judgeIcon, pickIcons } from '../../../../extension/ui/inspector/icon-source.ts';
import { ItemIcon } from '../../../../extension/ui/inspector/item-icon.tsx';
import { OfferList } from '../../../../extension/ui/inspector/offer-list.tsx';
import { ServerIcons } from '../../../../extension/ui/inspector/server-icons.tsx';
import { ToolList } from '../../../../extension/ui/inspector/tool-list.tsx';

afterEach(cleanup);

const uint32 = (value: number) => String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
const png = (width: number, height: number, more = '') =>
  btoa(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${uint32(width)}${uint32(height)}\x08\x06\0\0\0${more}`);
const inline = (base64: string, type = 'image/png') => ({ src: `data:${type};base64,${base64}` });
const SMALL = inline(png(16, 16));
const OTHER = inline(png(24, 24));

describe('an icon', () => {
  it('that came along as a picture is drawn by what its bytes are, whatever it is called', () => {
    expect(judgeIcon(inline(png(16, 16), 'text/html').src)).toEqual({ kind: 'picture', url: SMALL.src });
  });

  it.each(['https://example.com/icon.png', 'http://127.0.0.1/x', 'javascript:alert(1)', 'data:image/svg+xml,<svg/>', '', '//x/y'])(
    'that would have to be fetched or is no base64 is never drawn: %s',
    (src) => expect(judgeIcon(src)).toEqual({ kind: 'elsewhere' }),
  );

  it.each([
    ['a drawing that can run', inline(btoa('<svg onload=alert(1)>'), 'image/svg+xml')],
    ['a sound', inline(btoa('RIFF....WAVEfmt '))],
    ['no base64', inline('%%%')],
    ['few bytes that unpack into gigabytes', inline(png(65_535, 65_535))],
    ['a picture that does not tell its size', inline(btoa('\x89PNG\r\n\x1a\n'))],
    ['one with more bytes than an icon has', inline(png(16, 16, '\0'.repeat(400_000)))],
  ])('is not drawn: %s', (_, { src }) => expect(judgeIcon(src)).toEqual({ kind: 'unknown' }));

  it('is the first that may be drawn, on each ground the one that is meant for it', () => {
    expect(pickIcons([{ src: 'https://example.com/a.png' }, SMALL, OTHER])).toEqual({ light: SMALL.src, dark: SMALL.src });
    expect(
      pickIcons([
        { ...SMALL, theme: 'light' },
        { ...OTHER, theme: 'dark' },
      ]),
    ).toEqual({ light: SMALL.src, dark: OTHER.src });
    expect(pickIcons([{ ...OTHER, theme: 'dark' }, SMALL])).toEqual({ light: SMALL.src, dark: OTHER.src });
    expect(pickIcons([{ ...OTHER, theme: 'dark' }])).toEqual({ light: OTHER.src, dark: OTHER.src });
  });

  it.each([undefined, null, 'x', {}, [], [null, 7, {}, { src: 1 }], [{ src: 'https://example.com/a.png' }]])(
    'is none where the server sends no picture: %j',
    (icons) => {
      expect(pickIcons(icons)).toBeUndefined();
      expect(render(<ItemIcon icons={icons} />).container.innerHTML).toBe('');
    },
  );

  it('has another source where the ground is dark, and says nothing that the name does not', () => {
    const { container } = render(
      <ItemIcon
        icons={[
          { ...SMALL, theme: 'light' },
          { ...OTHER, theme: 'dark' },
        ]}
      />,
    );
    expect(container.querySelector('source')?.getAttribute('srcset')).toBe(OTHER.src);
    expect(container.querySelector('img')?.getAttribute('src')).toBe(SMALL.src);
    expect(container.querySelector('img')?.getAttribute('alt')).toBe('');
  });

  it('of the session is judged by the same rule', () => {
    const { container } = render(<ServerIcons icons={[SMALL, inline(png(65_535, 65_535)), { src: 'https://example.com/icon.png' }]} />);
    expect([...container.querySelectorAll('img')].map((img) => img.getAttribute('src'))).toEqual([SMALL.src]);
    expect(container.textContent).toContain('not an image');
    expect(container.textContent).toContain('Not loaded: https://example.com/icon.png');
  });
});

describe('a list', () => {
  const nothing = () => undefined;
  const showTools = (tools: { name: string; icons?: unknown }[]) =>
    render(<ToolList tools={tools} selected={undefined} filter="" runs={new Map()} favourites={[]} onFilter={nothing} onSelect={nothing} />)
      .container;
  const showOffers = (icons: unknown) => {
    const offers = [
      { key: 'a', label: 'a', about: '', icons },
      { key: 'b', label: 'b', about: '' },
    ];
    return render(
      <OfferList
        label="Things"
        filterLabel="Filter things"
        groups={[{ title: 'Things', offers }]}
        selected={undefined}
        filter=""
        onFilter={nothing}
        onSelect={nothing}
        none="None"
      />,
    ).container;
  };
  const places = (container: Element) => [container.querySelectorAll('.option-icon').length, container.querySelectorAll('img').length];

  it('keeps a place for the icon on every line where one line has one', () => {
    expect(places(showTools([{ name: 'a', icons: [SMALL] }, { name: 'b' }]))).toEqual([2, 1]);
    cleanup();
    expect(places(showOffers([SMALL]))).toEqual([2, 1]);
  });

  it('has no such place where no icon may be drawn', () => {
    expect(places(showTools([{ name: 'a', icons: [{ src: 'https://example.com/a.png' }] }, { name: 'b' }]))).toEqual([0, 0]);
    cleanup();
    expect(places(showOffers([{ src: 'https://example.com/a.png' }]))).toEqual([0, 0]);
  });
});
