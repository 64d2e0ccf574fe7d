/** Owns reading from a built extension under which id a browser knows it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { type ExtensionBrowser, extensionFolder } from '../../api/_local/build-folders.ts';

const ChromeManifest = z.object({ key: z.string() });
const FirefoxManifest = z.object({ browser_specific_settings: z.object({ gecko: z.object({ id: z.string() }) }) });

const readManifest = (browser: ExtensionBrowser): unknown => JSON.parse(readFileSync(`${extensionFolder(browser)}/manifest.json`, 'utf8'));

/** Returns the id that Chromium derives from the manifest's key: the first 128 bits of its SHA-256 in the letters a to p. */
export function readChromiumId(): string {
  const { key } = ChromeManifest.parse(readManifest('chrome'));
  const digits = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

/** Returns the id that the manifest gives Firefox. */
export function readFirefoxId(): string {
  return FirefoxManifest.parse(readManifest('firefox')).browser_specific_settings.gecko.id;
}
