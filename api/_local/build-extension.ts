/** Owns building the extension from another program. What is built is wxt.config.ts; by hand it is `npm run build`. */
import { fileURLToPath } from 'node:url';
import { describeEnding, startChild } from './children.ts';

export type ExtensionBrowser = 'chrome' | 'firefox';

const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));
const WXT = fileURLToPath(new URL('../../node_modules/wxt/bin/wxt.mjs', import.meta.url));

/** Where the extension for a browser is built to. */
export const extensionFolder = (browser: ExtensionBrowser): string => `${PROJECT_FOLDER}.output/${browser}-mv3`;

/**
 * Builds the extension for one browser.
 *
 * @param backendUrl Address of the backend that a fresh installation uses; the usual local one when left out.
 * @throws Error with the build's output when it fails.
 */
export async function buildExtension(browser: ExtensionBrowser, backendUrl?: string): Promise<void> {
  const env = { ...process.env, ...(backendUrl !== undefined && { WXT_BACKEND_URL: backendUrl }) };
  const build = startChild({ args: [WXT, 'build', PROJECT_FOLDER, '-b', browser], env });
  const ending = await build.ended;
  if (ending.code !== 0) throw new Error(`The build for ${browser} ${describeEnding(ending)}:\n${build.output()}`);
}
