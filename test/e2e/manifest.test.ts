/** Proves what the built extension may do: nothing beyond what stands here, each permission with its reason in the README. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExtensionBrowser, extensionFolder } from '../../api/_local/build-folders.ts';
import { EXTENSION_KEY } from '../../shared/extension-id.ts';
import { listSourceFiles, readProjectFile } from '../unit/conventions/source-files.ts';

const PERMISSIONS = ['storage', 'activeTab', 'scripting', 'alarms', 'identity'];
const CSP = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src data: blob:; font-src 'self'",
  "connect-src https: http://127.0.0.1:* http://localhost:*; form-action 'none'; base-uri 'none'; object-src 'none'",
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
].join('; ');
const COMMON = {
  manifest_version: 3,
  permissions: PERMISSIONS,
  action: { default_title: 'Mooring', default_popup: 'popup.html' },
  content_security_policy: { extension_pages: CSP },
};

const readManifest = (browser: ExtensionBrowser): Record<string, unknown> => {
  const all = JSON.parse(readFileSync(join(extensionFolder(browser), 'manifest.json'), 'utf8')) as Record<string, unknown>;
  // What says who it is and in which language, and the keyboard.
  const {
    name: _name,
    description: _description,
    version: _version,
    icons: _icons,
    commands: _commands,
    default_locale: _language,
    ...may
  } = all;
  return may;
};

const sources = listSourceFiles().filter((path) => path.startsWith('extension/'));

/** Every script and page of the build. */
const readBuild = (browser: ExtensionBrowser): { path: string; text: string }[] => {
  const folder = extensionFolder(browser);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(js|html)$/.test(path));
  return paths.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
};

describe('the manifest', () => {
  // Whole: a host permission, a content script, a resource for the web or a second CSP would be one more key.
  it('of Chromium allows this and nothing else', () => {
    expect(readManifest('chrome')).toEqual({
      ...COMMON,
      permissions: [...PERMISSIONS, 'sidePanel'],
      key: EXTENSION_KEY,
      minimum_chrome_version: '123',
      // Absent, it would let every other extension connect.
      externally_connectable: { ids: [] },
      background: { type: 'module', service_worker: 'background.js' },
      side_panel: { default_path: 'sidepanel.html' },
    });
  });

  it('of Firefox allows the same', () => {
    expect(readManifest('firefox')).toEqual({
      ...COMMON,
      browser_specific_settings: {
        gecko: { id: 'mooring@mooring.dev', strict_min_version: '142.0', data_collection_permissions: { required: ['none'] } },
      },
      background: { type: 'module', scripts: ['background.js'] },
      sidebar_action: { default_panel: 'sidepanel.html', default_title: 'Mooring', open_at_install: false },
    });
  });

  it('has no permission without its reason in the README', () => {
    const [, table = ''] = readProjectFile('README.md').split('## Permissions of the extension');
    const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| (`.*) \| (.{20,}) \|$/gm)].map(([, names = '']) => names);
    const explained = rows.flatMap((names) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(explained.toSorted()).toEqual([...PERMISSIONS, 'sidePanel'].toSorted());
  });
});

describe.each<ExtensionBrowser>(['chrome', 'firefox'])('the build for %s', (browser) => {
  const build = readBuild(browser);

  it('hears no message of another extension or of a page', () => {
    expect(build.length).toBeGreaterThan(4);
    const listening = build.filter(({ text }) =>
      /\bon(Message|Connect)External\b|\bonConnect\b|\bonUserScript(Message|Connect)\b/.test(text),
    );
    expect(listening.map(({ path }) => path)).toEqual([]);
  });

  it('has no code of elsewhere, and makes none of text', () => {
    for (const { path, text } of build) {
      if (path.endsWith('.html')) {
        const sources = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
        expect(sources.length).toBeGreaterThan(0);
        expect(sources.filter((source) => !source?.startsWith('/'))).toEqual([]);
        expect(text).not.toMatch(/<script(?![^>]*src=)/);
      } else expect(`${path}: ${/(^|[^\w.$])(eval\(|importScripts\()|import\(\s*[`'"]https?:/.exec(text)?.[0]}`).toBe(`${path}: undefined`);
    }
  });
});

it('messages of its own are heard in one place, which looks who sends', () => {
  const listening = sources.filter((path) => /\bonMessage\b/.test(readProjectFile(path)));
  expect(listening).toEqual(['extension/platform/own-messages.ts']);
});

it('no source of the extension hands markup over to a page', () => {
  expect(sources.length).toBeGreaterThan(50);
  const sinks =
    /dangerouslySetInnerHTML|\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|setHTMLUnsafe/;
  expect(sources.filter((path) => sinks.test(readProjectFile(path)))).toEqual([]);
});
