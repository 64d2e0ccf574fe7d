/** Owns how the extension is built and what its manifest says. What a permission or a rule is for stands beside it. */
import { isAbsolute } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'wxt';
import { EXTENSION_KEY } from './shared/extension-id.ts';

// Nothing is loaded from elsewhere, and no frame is shown. Connections go where the user's backend is: anywhere over HTTPS,
// or to this computer. Text of servers can therefore send nothing out, even if a component failed to treat it as text.
const EXTENSION_PAGES_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  'media-src data: blob:',
  "font-src 'self'",
  'connect-src https: http://127.0.0.1:* http://localhost:*',
  "form-action 'none'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  // No text becomes markup or code by way of the DOM, whoever hands it over.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const POPUP_ENTRY = '/extension/entrypoints/popup/main.tsx';
const POPUP_COPY = '?popup';
/** Modules that the popup needs to draw; what it loads later is not among them. */
const popupFirst = new Set<string>();

/**
 * Gives the popup its own copy of all that it imports, and puts what it needs at first into one file.
 *
 * What popup and panel share would else be bundled with everything that either needs of it, the MCP client's half of zod included:
 * the popup would load 45 kB (gzip) instead of 30, in four files.
 */
const separatePopup = (): Plugin => ({
  name: 'separate-popup',
  enforce: 'pre',
  apply: 'build',
  async resolveId(source, importer, options) {
    if (!importer?.endsWith(POPUP_ENTRY) && !importer?.endsWith(POPUP_COPY)) return null;
    const resolved = await this.resolve(source, importer.replace(POPUP_COPY, ''), { ...options, skipSelf: true });
    // Modules on disk only: plugins know their virtual ones by their exact names.
    if (!resolved || resolved.external || !isAbsolute(resolved.id) || !/\.[cm]?[jt]sx?$/.test(resolved.id)) return resolved;
    return { ...resolved, id: resolved.id + POPUP_COPY };
  },
  buildEnd() {
    popupFirst.clear();
    const visit = (id: string) => {
      for (const imported of this.getModuleInfo(id)?.importedIds ?? []) {
        if (!imported.endsWith(POPUP_COPY) || popupFirst.has(imported)) continue;
        popupFirst.add(imported);
        visit(imported);
      }
    };
    for (const id of this.getModuleIds()) if (id.endsWith(POPUP_ENTRY)) visit(id);
  },
});

/**
 * Leaves out what WXT puts into every page to start its plugins.
 *
 * There are none, and pages share it: the popup would load two files with nothing in them before it draws.
 */
const withoutWxtPlugins = (): Plugin => ({
  name: 'without-wxt-plugins',
  apply: 'build',
  transform: { filter: { id: /virtual:wxt-html-plugins$/ }, handler: () => ({ code: '', moduleSideEffects: false }) },
});

/**
 * Leaves out what vite puts around lazy imports: fetching ahead, over a network, what they need in turn.
 *
 * Here everything lies on disk, and styles belong to pages: it would be 3 kB in every page, for nothing.
 */
const withoutPreloading = (): Plugin => ({
  name: 'without-preloading',
  apply: 'build',
  transform: { filter: { id: /vite\/preload-helper/ }, handler: () => ({ code: 'export const __vitePreload = (load) => load();' }) },
});

export default defineConfig({
  srcDir: 'extension',
  // The default is public/, which Vercel serves.
  publicDir: 'extension/public',
  modulesDir: 'extension/modules',
  // Tests build into a folder of their own; see api/_local/build-folders.ts.
  outDir: process.env['MOORING_BUILDS'] || '.output',
  manifestVersion: 3,
  imports: false,
  hooks: {
    // WXT 0.21.4 runs unimport although auto-imports are off: a parameter named "storage" would pull in 7 kB of wxt/storage.
    'config:resolved': ({ config }) => {
      config.imports.presets = [];
      config.imports.imports = [];
    },
    // Firefox opens a sidebar by itself after installing unless it is told not to.
    'build:manifestGenerated': (_, { sidebar_action: sidebar }) => {
      if (sidebar) sidebar.open_at_install = false;
    },
  },
  // Reviewers build the extension from these sources: the backend and the tests are no part of it.
  zip: { excludeSources: ['api/**', 'test/**'] },
  vite: () => ({
    plugins: [separatePopup(), withoutWxtPlugins(), withoutPreloading()],
    build: {
      // Every browser that the manifest admits knows modulepreload. Pages name what they need at first; what is imported later need not be
      // listed in the popup's script.
      modulePreload: { polyfill: false, resolveDependencies: (_, needed, { hostType }) => (hostType === 'html' ? needed : []) },
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'popup-first', test: (id) => popupFirst.has(id) }] } } },
    },
  }),
  manifest: ({ browser, mode }) => ({
    name: 'Mooring',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    // activeTab and scripting: to look for servers on the page in front, only when the popup is opened.
    // No host permissions: the backend answers CORS for this extension.
    // alarms: to see once a minute whether a server asks something, while no window of the extension is open.
    // identity: to open a server's sign-in in a window of its own, and to be handed what comes of it.
    permissions: ['storage', 'activeTab', 'scripting', 'alarms', 'identity'],
    action: { default_title: 'Mooring' },
    icons: { 16: 'icon/16.png', 32: 'icon/32.png', 48: 'icon/48.png', 128: 'icon/128.png' },
    commands: {
      'open-inspector': { suggested_key: { default: 'Alt+Shift+M' }, description: '__MSG_extension_openInspector__' },
    },
    // The development server of WXT loads its code from http://localhost: the rules are those of the built extension.
    ...(mode === 'production' && { content_security_policy: { extension_pages: EXTENSION_PAGES_CSP } }),
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: { id: 'mooring@mooring.dev', strict_min_version: '142.0', data_collection_permissions: { required: ['none'] } },
          },
        }
      : {
          key: EXTENSION_KEY,
          // light-dark() in CSS.
          minimum_chrome_version: '123',
          // Absent, it would let every installed extension connect.
          externally_connectable: { ids: [] },
        }),
  }),
});
