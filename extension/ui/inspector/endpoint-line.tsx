/** Owns the address under which other MCP clients reach the session. */
import { useEffect, useState } from 'preact/hooks';
import { endpointUrl } from '../../state/endpoint.ts';
import { CopyButton } from './payload-buttons.tsx';

export function EndpointLine({ sessionId }: { sessionId: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    // Without a backend there is no address; the panel says so elsewhere.
    void endpointUrl(sessionId).then(setUrl, () => undefined);
  }, [sessionId]);
  return (
    <>
      <dt>Endpoint</dt>
      <dd class="endpoint">
        <span class="mono" dir="ltr">
          {url ?? '…'}
        </span>
        {url !== undefined && <CopyButton label="Copy the endpoint" text={() => url} />}
      </dd>
    </>
  );
}
