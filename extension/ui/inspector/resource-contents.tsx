/**
 * Owns how what a server answered to reading a resource is drawn: each content as a result's embedded resource is, by content-block.tsx.
 * Source: MCP 2026-07-28, Resources > Resource Contents; MCP Apps (ui://) are pages for a host that runs them, which this is not.
 */
import { useContext } from 'preact/hooks';
import { formatNumber, t } from '../../platform/i18n.ts';
import { isJsonObject } from '../../state/schema-form/json-value.ts';
import { ContentBlock, Foldable } from './content-block.tsx';
import { ContentContext } from './content-context.ts';

/** Contents that are drawn at first. */
const MAX_CONTENTS = 100;

export function ResourceContents({ uri, result }: { uri: string; result: { [member: string]: unknown } }) {
  const contents = Array.isArray(result['contents']) ? result['contents'] : undefined;
  const shown = (contents ?? []).slice(0, MAX_CONTENTS);
  const surroundings = useContext(ContentContext);
  // What is open here already leads nowhere; contents with an address of their own do.
  const { onOpenResource: _, ...here } = surroundings;
  return (
    <>
      {uri.startsWith('ui://') && <p class="quiet app-note">{t('resources_appNote')}</p>}
      {contents === undefined && <p class="badge warn">{t('resources_noContents')}</p>}
      {contents?.length === 0 && <p class="quiet">{t('resources_empty')}</p>}
      {shown.map((content, i) => (
        <ContentContext.Provider key={i} value={isJsonObject(content) && content['uri'] !== uri ? surroundings : here}>
          <ContentBlock
            block={{ type: 'resource', resource: content, ...(isJsonObject(content) && { annotations: content['annotations'] }) }}
            // Its address stands above already.
            title={isJsonObject(content) && content['uri'] === uri && shown.length === 1 ? t('resources_contents') : undefined}
            position={shown.length > 1 ? t('resources_position', formatNumber(i + 1), formatNumber(contents?.length ?? 0)) : ''}
            place={`resource ${uri} ${i}`}
          />
        </ContentContext.Provider>
      ))}
      {contents !== undefined && contents.length > shown.length && (
        <p class="quiet">{t('resources_moreContents', formatNumber(contents.length - shown.length))}</p>
      )}
      <Foldable title={t('resources_wholeAnswer')} value={result} />
    </>
  );
}
