/** Owns how addresses and transports are shortened for reading. Pure; the whole address is in a tooltip. */

import type { TransportChoice } from '../../../shared/contract.ts';
import { t } from '../../platform/i18n.ts';

/** Returns host and path: the part of an address that tells servers apart. */
export function shortUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return host + (pathname === '/' ? '' : pathname);
}

/** Returns the specification's name of a transport. */
export function transportLabel(transport: TransportChoice): string {
  return { auto: t('popup_automatic'), 'streamable-http': 'Streamable HTTP', sse: 'HTTP+SSE' }[transport];
}
