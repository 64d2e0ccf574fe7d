/**
 * Owns the one static page of a deployment: it says what answers here. Vercel serves this folder and nothing else, so that none of the
 * source is served. `node api/_local/site.ts` writes it.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `outputDirectory` of vercel.json. */
const SITE_FOLDER = fileURLToPath(new URL('../../.output/site', import.meta.url));

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <meta name="color-scheme" content="light dark" />
    <title>Mooring backend</title>
  </head>
  <body>
    <h1>Mooring backend</h1>
    <p>This is the backend of a browser extension; there is nothing to see here. Enter this address in the settings of Mooring's popup.</p>
    <p><a href="/api/health">Is it well?</a></p>
  </body>
</html>
`;

rmSync(SITE_FOLDER, { recursive: true, force: true });
mkdirSync(SITE_FOLDER, { recursive: true });
writeFileSync(`${SITE_FOLDER}/index.html`, PAGE);
