/**
 * Owns the window in which a user signs in at somebody else's site: the browser opens it, watches for the way back, and hands over the address.
 * The way back is an address that only this extension is given, so no page ever sees what it carries.
 */
import { browser } from './web-extension.ts';

/** Returns where authorization servers send the user back to. */
export const signInRedirect = (): string => browser.identity.getRedirectURL();

/**
 * Shows an authorization page and waits until it sends the user back.
 *
 * @returns The address with the outcome.
 * @throws Error of the browser when the window was closed or the page did not open; its words differ from browser to browser.
 */
export const showSignIn = (url: string): Promise<string> => browser.identity.launchWebAuthFlow({ url, interactive: true });
