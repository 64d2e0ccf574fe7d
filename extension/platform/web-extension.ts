/**
 * Owns the object through which platform/ talks to the browser.
 *
 * webextension-polyfill gives the types, which fit both browsers. Its code stays out: every browser that the manifest admits has
 * the promises that it would add (Manifest V3), and hands its own object through on newer ones.
 */
import type { Browser } from 'webextension-polyfill';
import { browser as native } from 'wxt/browser';

export const browser = native as unknown as Browser;
/** The same object with Chrome's types, for what the others lack: the side panel, storage access levels. */
export const chromeTyped = native;
