/** Owns a browser's `identity` as component tests need it: its window is answered by the test, as a user and an authorization server do. */
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { runSignInWish } from '../../extension/state/sign-in-window.ts';

export const REDIRECT = 'https://mooring.chromiumapp.org/';

export type FakeIdentity = {
  /** Addresses that a window was opened with. */
  opened: string[];
  /** Sends the user back to the extension. */
  goBack(query: string): void;
  /** Closes the window. */
  close(): void;
};

/** Puts it into the fake browser, with a background that takes the wish to sign in. */
export function fakeIdentity(): FakeIdentity {
  const opened: string[] = [];
  let answer = Promise.withResolvers<string>();
  Object.assign(fakeBrowser, {
    identity: {
      getRedirectURL: () => REDIRECT,
      launchWebAuthFlow: ({ url }: { url: string }) => {
        opened.push(url);
        answer = Promise.withResolvers<string>();
        return answer.promise;
      },
    },
  });
  fakeBrowser.runtime.onMessage.addListener((message: unknown) => runSignInWish(message));
  return {
    opened,
    goBack: (query) => answer.resolve(`${REDIRECT}?${query}`),
    close: () => answer.reject(new Error('The user did not approve access.')),
  };
}
