/** Builds what the tests run against, unless test/run.ts has done so already. Global setup; nothing imports it. */
import { buildExtension } from '../../api/_local/build-extension.ts';
import { bundleBackend } from '../../api/_local/bundle.ts';

export default async function build({ name }: { name: string }): Promise<void> {
  if (process.env['MOORING_TEST_BUILT'] === '1') return;
  await bundleBackend();
  if (name !== 'e2e') return;
  await buildExtension('chrome');
  await buildExtension('firefox');
}
