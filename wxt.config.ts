/** Owns how the extension is built and what its manifest says. What a permission or a rule is for stands beside it. */
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
].join('; ');

const OWN_ZOD = '?own';

/**
 * Gives our own schemas a copy of zod apart from that of the MCP client.
 *
 * Both use the same few large modules of zod; shared, the popup would load all that the client needs (15 kB gzip more).
 */
const separateZod = (): Plugin => ({
  name: 'separate-zod',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (source !== 'zod/mini' && !importer?.endsWith(OWN_ZOD)) return null;
    const resolved = await this.resolve(source, importer?.replace(OWN_ZOD, ''), { ...options, skipSelf: true });
    return resolved && { ...resolved, id: resolved.id + OWN_ZOD };
  },
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
  },
  zip: { excludeSources: ['.ci/**', 'test/e2e/out/**'] },
  vite: () => ({ plugins: [separateZod()] }),
  manifest: ({ browser, mode }) => ({
    name: 'Mooring',
    description: 'An MCP client in the toolbar whose sessions hold.',
    // activeTab and scripting: to look for servers on the page in front, only when the popup is opened.
    // No host permissions: the backend answers CORS for this extension.
    permissions: ['storage', 'activeTab', 'scripting'],
    action: { default_title: 'Mooring' },
    icons: { 16: 'icon/16.png', 32: 'icon/32.png', 48: 'icon/48.png', 128: 'icon/128.png' },
    commands: {
      'open-inspector': { suggested_key: { default: 'Alt+Shift+M' }, description: 'Open the inspector' },
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
