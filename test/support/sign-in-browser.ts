/** Owns the browser of a sign-in in tests: it follows redirects with its cookies until one leads to the extension. */
import type { EndSignIn } from '../../shared/sign-in-contract.ts';

/** What browsers give this extension: an address that exists nowhere. */
export const REDIRECT_URI = 'https://jpfcdjchglpagkcgpnfjhmmkobonoakm.chromiumapp.org/';

const MAX_HOPS = 20;

/** Opens the address and returns what the browser hands to the extension in the end, as the extension sends it to the backend. */
export async function browse(authorizationUrl: string, redirectUri = REDIRECT_URI): Promise<EndSignIn> {
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const text = await response.text();
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`The browser stays at ${url}: ${response.status} ${text.slice(0, 500)}`);
    url = new URL(location, url).href;
    if (url.startsWith(redirectUri)) return toReturned(new URL(url).searchParams);
  }
  throw new Error('The browser is sent around in circles.');
}

function toReturned(query: URLSearchParams): EndSignIn {
  const optional = (name: string, key = name) => (query.has(name) ? { [key]: query.get(name) ?? '' } : {});
  return {
    state: query.get('state') ?? '',
    ...optional('code'),
    ...optional('iss'),
    ...optional('error'),
    ...optional('error_description', 'errorDescription'),
  };
}
