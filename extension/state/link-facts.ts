/**
 * Owns what is told of a link from outside before it is opened: where it leads, and what about it may deceive. Pure.
 * That nothing but web pages opens is decided here too; asking is ui/inspector/web-link.tsx.
 */
import { t } from '../platform/i18n.ts';

export type LinkFacts = {
  /** As the browser will open it: other letters of a host are spelled out as `xn--…`. */
  href: string;
  host: string;
  warnings: string[];
};

const PRIVATE_NAME = /^(localhost|[^.]+|.*\.(localhost|local|internal|lan|home\.arpa))$/;
const PRIVATE_ADDRESS =
  /^(127\.|10\.|192\.168\.|169\.254\.|0\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|^\[(::1?|::ffff:.*|f[cd].*|fe[89ab].*)\]$/;

/** Returns what a link is; undefined for everything that is no web page: `javascript:`, `data:`, `file:` and the like are never opened. */
export function describeLink(uri: string): LinkFacts | undefined {
  if (!/^https?:\/\//i.test(uri) || !URL.canParse(uri)) return undefined;
  const { href, host, hostname, protocol, username, password } = new URL(uri);
  const warnings: string[] = [];
  if (/(^|\.)xn--/.test(hostname)) warnings.push(t('kit_linkOtherLetters'));
  if (username !== '' || password !== '') warnings.push(t('kit_linkUserInfo', host));
  if (PRIVATE_NAME.test(hostname) || PRIVATE_ADDRESS.test(hostname)) warnings.push(t('kit_linkPrivate'));
  else if (protocol === 'http:') warnings.push(t('kit_linkUnencrypted'));
  return { href, host, warnings };
}
