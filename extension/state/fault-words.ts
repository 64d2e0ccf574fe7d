/** Owns the sentences about what was typed and can't be used: an address, a header. What is wrong with one is judged in shared/. */

import { MAX_HEADER_VALUE_LENGTH, MAX_SERVER_HEADERS, MAX_URL_LENGTH } from '../../shared/limits.ts';
import type { ServerHeadersVerdict } from '../../shared/server-headers.ts';
import type { AddressFault } from '../../shared/server-url.ts';
import { formatNumber, t } from '../platform/i18n.ts';

/** @param example What a good one looks like. */
export const addressFault = (fault: AddressFault, example = 'https://mcp.example.com/mcp'): string =>
  t(`session_url_${fault}`, formatNumber(MAX_URL_LENGTH), example);

export function headerFault({ fault, name }: Extract<ServerHeadersVerdict, { kind: 'invalid' }>): string {
  return t(`session_header_${fault}`, name, formatNumber(fault === 'tooMany' ? MAX_SERVER_HEADERS : MAX_HEADER_VALUE_LENGTH));
}
