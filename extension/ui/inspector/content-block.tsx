/**
 * Owns how one content block of a result is drawn, whatever the server put into it: text, image, audio, resource, link, or something unknown.
 * Source: MCP 2026-07-28, Tools > Tool result. Nothing in a block is trusted: media are told by their bytes, links open only as web pages.
 */
import { useContext, useState } from 'preact/hooks';
import { locale, t } from '../../platform/i18n.ts';
import { isJsonObject, type JsonObject } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ContentContext } from './content-context.ts';
import { ContentFrame } from './content-frame.tsx';
import { fileName } from './file-name.ts';
import { JsonView } from './json-view.tsx';
import { base64Bytes, judgeMedia } from './media-bytes.ts';
import { Media } from './media-view.tsx';
import { CopyButton, SaveButton } from './payload-buttons.tsx';
import { byteWords } from './quantities.ts';
import { TextView } from './text-view.tsx';
import { WebLink } from './web-link.tsx';

type BlockProps = {
  block: unknown;
  /** "2 of 3"; empty where there is only one. */
  position: string;
  /** What stands above a resource's contents; their address unless told otherwise. */
  title?: string | undefined;
  /** Names where it is, for what is remembered of it; see content-context.ts. */
  place?: string | undefined;
  /** Its text is copied and saved by buttons that stand elsewhere. */
  isCopiedElsewhere?: boolean;
};

export function ContentBlock({ block, ...body }: BlockProps) {
  if (!isJsonObject(block)) return <Unknown value={block} position={body.position} />;
  return (
    <div class="block">
      <BlockBody block={block} {...body} />
      <Annotations block={block} />
      {isJsonObject(block['_meta']) && <Foldable title={t('result_meta')} value={block['_meta']} />}
    </div>
  );
}

function BlockBody({ block, position, title, place, isCopiedElsewhere }: BlockProps & { block: JsonObject }) {
  const { type, text, data, resource, uri } = block;
  if (type === 'text' && typeof text === 'string')
    return <TextView text={text} label={t('result_text', position).trim()} place={place} isCopiedElsewhere={isCopiedElsewhere} />;
  if ((type === 'image' || type === 'audio') && typeof data === 'string') {
    const label = type === 'image' ? t('result_image', position) : t('result_audio', position);
    return <Media base64={data} mimeType={stringOf(block['mimeType'])} label={label.trim()} />;
  }
  if (type === 'resource' && isJsonObject(resource))
    return <ResourceContents resource={resource} position={position} title={title} place={place} />;
  if (type === 'resource_link' && typeof uri === 'string') return <ResourceLink link={block} uri={uri} />;
  return <Unknown value={block} position={position} />;
}

function Unknown({ value, position }: { value: unknown; position: string }) {
  return (
    <ContentFrame title={t('result_unknown', position).trim()} actions={<CopyButton json={value} />}>
      <JsonView value={value} label={t('result_content', position).trim()} />
    </ContentFrame>
  );
}

/** JSON that is opened when somebody wants it. */
export function Foldable({ title, value }: { title: string; value: unknown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <JsonView value={value} label={title} />}
    </details>
  );
}

type ResourceProps = Omit<BlockProps, 'block'> & { resource: JsonObject };

/** Draws contents of a resource, embedded in a result or read: `{uri, mimeType?, text | blob}`. */
function ResourceContents({ resource, position, title: given, place }: ResourceProps) {
  const uri = stringOf(resource['uri']);
  const mimeType = stringOf(resource['mimeType']);
  const { text, blob } = resource;
  const title = given ?? (uri === '' ? t('result_resource', position).trim() : uri);
  const meta = isJsonObject(resource['_meta']) && <Foldable title={t('result_meta')} value={resource['_meta']} />;
  if (typeof text === 'string')
    return (
      <ContentFrame title={title} facts={[mimeType, byteWords(text.length)]} actions={<OpenResource uri={uri} />}>
        <TextView text={text} label={t('result_resource', uri).trim()} place={place} fileName={fileName(uri, mimeType)} hasTools />
        {meta}
      </ContentFrame>
    );
  if (typeof blob !== 'string') return <Unknown value={resource} position={position} />;
  if (judgeMedia(blob) !== undefined)
    return (
      <Media base64={blob} mimeType={mimeType} label={title} actions={<OpenResource uri={uri} />}>
        {meta}
      </Media>
    );
  const actions = (
    <>
      <OpenResource uri={uri} />
      <SaveButton name={fileName(uri, mimeType)} base64={blob} />
    </>
  );
  return (
    <ContentFrame title={title} facts={[mimeType, byteWords(base64Bytes(blob))]} actions={actions}>
      {meta}
    </ContentFrame>
  );
}

/** Only where there is a room that it opens in. */
function OpenResource({ uri }: { uri: string }) {
  const { onOpenResource } = useContext(ContentContext);
  if (onOpenResource === undefined || uri === '') return null;
  return (
    <Button kind="quiet" small onClick={() => onOpenResource(uri)}>
      {t('result_openResource')}
    </Button>
  );
}

function ResourceLink({ link, uri }: { link: JsonObject; uri: string }) {
  const title = stringOf(link['title']) || stringOf(link['name']) || uri;
  const description = stringOf(link['description']);
  const size = typeof link['size'] === 'number' ? byteWords(link['size']) : '';
  const actions = (
    <>
      <OpenResource uri={uri} />
      <CopyButton label={t('result_copyAddress')} text={() => uri} />
    </>
  );
  return (
    <ContentFrame title={title} facts={[t('result_link'), stringOf(link['mimeType']), size]} actions={actions}>
      <div class="uri" dir="ltr">
        <WebLink uri={uri} />
      </div>
      {description !== '' && (
        <p class="quiet" dir="auto">
          <VisibleText text={description} />
        </p>
      )}
    </ContentFrame>
  );
}

function Annotations({ block }: { block: JsonObject }) {
  const facts = annotationFacts(block['annotations']);
  if (facts.length === 0) return null;
  return (
    <p class="facts">
      <VisibleText text={facts.join(' · ')} />
    </p>
  );
}

/** Returns for whom a thing is, and how much it matters, as the server says. Source: MCP 2026-07-28, Resources > Annotations. */
export function annotationFacts(annotations: unknown): string[] {
  if (!isJsonObject(annotations)) return [];
  const { audience, priority, lastModified } = annotations;
  return [
    Array.isArray(audience) && audience.length > 0 ? t('result_audience', audience.map(String).join(', ')) : '',
    typeof priority === 'number' ? t('result_priority', priority.toLocaleString(locale())) : '',
    typeof lastModified === 'string' ? t('result_changed', dateWords(lastModified)) : '',
  ].filter(Boolean);
}

/** A time of the server's in the reader's own way; what is none stays as it came. */
function dateWords(text: string): string {
  const date = new Date(text);
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(date.getTime()) ? date.toLocaleString(locale()) : text;
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
