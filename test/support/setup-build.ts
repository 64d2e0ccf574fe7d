/**
 * Builds what the tests run against into a folder of their own, unless MOORING_BUILDS names one where it is built already (test/run.ts).
 * Global setup; nothing imports it.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildExtension } from '../../api/_local/build-extension.ts';
import { extensionFolder, serverBundle } from '../../api/_local/build-folders.ts';
import { bundleBackend } from '../../api/_local/bundle.ts';

export default async function build({ name }: { name: string }): Promise<(() => Promise<void>) | undefined> {
  const isOurs = process.env['MOORING_BUILDS'] === undefined;
  const folder = process.env['MOORING_BUILDS'] ?? (await mkdtemp(join(tmpdir(), 'mooring-builds-')));
  process.env['MOORING_BUILDS'] = folder;
  if (!existsSync(serverBundle())) await bundleBackend();
  for (const browser of ['chrome', 'firefox'] as const)
    if (name === 'e2e' && !existsSync(join(extensionFolder(browser), 'manifest.json'))) await buildExtension(browser);
  return isOurs ? () => rm(folder, { recursive: true, force: true }) : undefined;
}
