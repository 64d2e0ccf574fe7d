/**
 * Owns where builds are written. MOORING_BUILDS moves all of them to another folder, so that tests build and run what nobody else
 * builds over. The static page of a deployment (site.ts) always goes where vercel.json says.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ExtensionBrowser = 'chrome' | 'firefox';

/** With a slash at its end. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));

const moved = (): string | undefined => process.env['MOORING_BUILDS'] || undefined;

/** Returns the folder of the built extension; wxt.config.ts puts it there. */
export const extensionFolder = (browser: ExtensionBrowser): string => join(moved() ?? join(PROJECT_FOLDER, '.output'), `${browser}-mv3`);

/** Returns the folder of the backend's bundles; api/index.js expects the one in the project. */
export function backendFolder(): string {
  const folder = moved();
  return folder === undefined ? join(PROJECT_FOLDER, 'api/_build') : join(folder, 'backend');
}

/** Returns the bundle of the Vercel function. */
export const functionBundle = (): string => join(backendFolder(), 'vercel.js');

/** Returns the bundle that serves on this machine. */
export const serverBundle = (): string => join(backendFolder(), 'server.js');
