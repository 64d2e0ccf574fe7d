/** Owns the address under which other MCP clients reach the session. */
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { endpointUrl } from '../../state/endpoint.ts';
import { CopyButton } from './payload-buttons.tsx';

export function EndpointLine({ session }: { session: StoredSession }) {
  const url = endpointUrl(session);
  return (
    <>
      <dt>{t('session_endpoint')}</dt>
      <dd class="endpoint">
        <span class="mono" dir="ltr">
          {url}
        </span>
        <CopyButton label={t('session_copyEndpoint')} text={() => url} />
      </dd>
    </>
  );
}
