/** Owns what of a server's address and headers leaves this browser in a command, in code or in a file: never a secret, a placeholder in its place. Pure. */
import type { StoredSession } from '../platform/stored.ts';

/** What a client needs to know of a server; no value of a header is among it, the backend tells none. */
export type ServerFacts = Pick<StoredSession, 'url' | 'transport' | 'revision' | 'protocolVersion' | 'headerNames' | 'signedIn'>;

const SECRET_NAME = /key|token|secret|auth|pass|pwd|sig|session|credential/i;
/** Letters and digits in a row that nobody would choose as a name: some servers let whoever knows their address in. */
const SECRET_VALUE = /^(?=.*\d)(?=.*[a-z])[\w=.~-]{20,}$/i;

/** Returns an address in which everything that may be a secret is named instead. */
export function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin, pathname, search } = new URL(address);
  const path = pathname
    .split('/')
    .map((part) => (SECRET_VALUE.test(part) ? '<secret>' : part))
    .join('/');
  const query = search
    .slice(1)
    .split('&')
    .map((pair) => {
      const [name = '', value] = pair.split(/=(.*)/s, 2);
      return value && (SECRET_NAME.test(name) || SECRET_VALUE.test(value)) ? `${name}=<${name}>` : pair;
    })
    .join('&');
  return `${origin}${path}${query === '' ? '' : `?${query}`}`;
}

/** Returns the headers that let a request in, with placeholders for their values. */
export function accessHeaders({ headerNames, signedIn }: ServerFacts): [name: string, value: string][] {
  const named = headerNames.map((name): [string, string] => [name, /^authorization$/i.test(name) ? '<credentials>' : `<${name}>`]);
  const hasOwn = headerNames.some((name) => /^authorization$/i.test(name));
  return signedIn && !hasOwn ? [...named, ['Authorization', 'Bearer <access-token>']] : named;
}

// Controls, bidi marks and everything that draws as nothing: a pasted command must not hide what it says.
const HIDDEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;

/** Returns JSON text that shows all of itself; it means the same. */
export const toVisibleJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(HIDDEN, (char) =>
    char === '\n' ? char : [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
