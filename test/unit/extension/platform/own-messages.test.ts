// @vitest-environment node
/** Proves whose messages start work in the background: those of the extension's own pages alone. */
import { describe, expect, it } from 'vitest';
import { isOwnPage } from '../../../../extension/platform/own-messages.ts';

const own = { id: 'mooring', origin: 'chrome-extension://mooring/' };

describe('a message', () => {
  it.each(['popup.html', 'sidepanel.html'])('of %s is heard', (page) => {
    expect(isOwnPage({ id: 'mooring', url: `chrome-extension://mooring/${page}` }, own)).toBe(true);
  });

  it.each([
    ['another extension', { id: 'other', url: 'chrome-extension://other/popup.html' }],
    ['another extension that names our page', { id: 'other', url: 'chrome-extension://mooring/popup.html' }],
    ['a script of ours in a page of the web', { id: 'mooring', url: 'https://evil.dev/' }],
    ['a host that begins like us', { id: 'mooring', url: 'chrome-extension://mooring.evil/popup.html' }],
    ['nobody', {}],
    ['somebody without an address', { id: 'mooring' }],
  ])('of %s is not', (_, sender) => {
    expect(isOwnPage(sender, own)).toBe(false);
  });
});
