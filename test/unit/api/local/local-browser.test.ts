/** Proves which browser `npm start` opens, and what it says where there is none. */
import { describe, expect, it } from 'vitest';
import { findLocalBrowser } from '../../../../api/_local/local-browser.ts';

const machine = (programs: string[], env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux') => ({
  env: { PATH: '/usr/local/bin:/usr/bin', DISPLAY: ':0', ...env },
  platform,
  isExecutable: (path: string) => programs.includes(path),
});

describe('findLocalBrowser', () => {
  it.each([
    ['Chromium', machine(['/usr/bin/chromium', '/usr/bin/microsoft-edge']), '/usr/bin/chromium'],
    ['Brave', machine(['/usr/bin/brave-browser']), '/usr/bin/brave-browser'],
    ['Edge beside Chrome', machine(['/usr/bin/google-chrome', '/usr/bin/microsoft-edge']), '/usr/bin/microsoft-edge'],
    ['the one that CHROMIUM_BIN names', machine(['/usr/bin/chromium', '/opt/c'], { CHROMIUM_BIN: '/opt/c' }), '/opt/c'],
    ['Chromium under Wayland', machine(['/usr/bin/chromium'], { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' }), '/usr/bin/chromium'],
    [
      'an app of macOS, without DISPLAY',
      machine(['/Applications/Brave Browser.app/Contents/MacOS/Brave Browser'], { DISPLAY: '' }, 'darwin'),
      '/Applications/Brave Browser.app/Contents/MacOS/Brave Browser',
    ],
  ])('finds %s', (_name, on, path) => {
    expect(findLocalBrowser(on)).toEqual({ kind: 'found', path });
  });

  it.each([
    ['no display', machine(['/usr/bin/chromium'], { DISPLAY: '' }), /no display/],
    ['nothing', machine([]), /no Chromium, Brave or Edge/],
    ['only Chrome', machine(['/usr/bin/google-chrome']), /Google Chrome is here, but/],
    ['a wrong CHROMIUM_BIN', machine(['/usr/bin/chromium'], { CHROMIUM_BIN: '/opt/c' }), /CHROMIUM_BIN names \/opt\/c/],
  ])('says why there is none with %s', (_name, on, reason) => {
    const found = findLocalBrowser(on);
    expect(found.kind === 'none' && found.reason).toMatch(reason);
  });
});
