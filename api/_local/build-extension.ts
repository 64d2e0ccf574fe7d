/** Owns building the extension from another program. What is built is wxt.config.ts; by hand it is `npm run build`. */
import { type ExtensionBrowser, PROJECT_FOLDER } from './build-folders.ts';
import { describeEnding, startChild } from './children.ts';

const WXT = `${PROJECT_FOLDER}node_modules/wxt/bin/wxt.mjs`;

/**
 * Builds the extension for one browser.
 *
 * @param backendUrl Address of the backend that a fresh installation uses; the usual local one when left out.
 * @throws Error with the build's output when it fails.
 */
export async function buildExtension(browser: ExtensionBrowser, backendUrl?: string): Promise<void> {
  const env = { ...process.env, NO_COLOR: '1', ...(backendUrl !== undefined && { WXT_BACKEND_URL: backendUrl }) };
  const build = startChild({ args: [WXT, 'build', PROJECT_FOLDER, '-b', browser], env });
  const ending = await build.ended;
  if (ending.code !== 0) throw new Error(`The build for ${browser} ${describeEnding(ending)}:\n${build.output()}`);
}
