/**
 * Owns how the backend becomes plain JavaScript: one bundle for Vercel, one for this machine, sharing their chunks.
 *
 * What is imported lazily stays a chunk of its own, so that a cold start reads only what it needs. `node api/_local/bundle.ts` runs it.
 */
import { readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { backendFolder } from './build-folders.ts';

/** Bundles the backend afresh and removes what an earlier bundle left behind. */
export async function bundleBackend(): Promise<void> {
  const folder = backendFolder();
  const bundle = await rolldown({
    input: {
      vercel: fileURLToPath(new URL('../_lib/vercel.ts', import.meta.url)),
      server: fileURLToPath(new URL('server.ts', import.meta.url)),
    },
    platform: 'node',
    logLevel: 'warn',
  });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    minify: true,
    sourcemap: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
  // After the write, not before: a backend that runs from this folder keeps the chunks that did not change.
  const written = new Set(output.map((file) => file.fileName));
  for (const name of await readdir(folder)) if (!written.has(name)) await rm(`${folder}/${name}`, { recursive: true });
}

if (import.meta.main) await bundleBackend();
