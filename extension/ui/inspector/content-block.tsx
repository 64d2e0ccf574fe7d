/**
 * Owns how one content block of a result is drawn, whatever the server put into it: text, image, audio, resource, link, or something unknown.
 * Source: MCP 2026-07-28, Tools > Tool result. Nothing in a block is trusted: media are told by their bytes, links open only as web pages.
 */
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { isJsonObject, type JsonObject } from '../../state/schema-form/json-value.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { isTooManyPixels } from './image-size.ts';
import { JsonView } from './json-view.tsx';
import { base64Bytes, judgeMedia, MAX_MEDIA_LENGTH } from './media-bytes.ts';
import { CopyButton, SaveButton } from './payload-buttons.tsx';
import { byteWords } from './quantities.ts';
import { TextView } from './text-view.tsx';
import { WebLink } from './web-link.tsx';

type BlockProps = {
  block: unknown;
  /** "2 of 3"; empty where there is only one. */
  position: string;
  /** Names where it is, for what is remembered of it; see content-context.ts. */
  place?: string;
};

export function ContentBlock({ block, position, place }: BlockProps) {
  if (!isJsonObject(block)) return <Unknown value={block} position={position} />;
  return (
    <div class="block">
      <BlockBody block={block} position={position} place={place} />
      <Annotations block={block} />
    </div>
  );
}

function BlockBody({ block, position, place }: { block: JsonObject; position: string; place: string | undefined }) {
  const { type, text, data, resource, uri } = block;
  if (type === 'text' && typeof text === 'string') return <TextView text={text} label={`Text ${position}`} place={place} />;
  if ((type === 'image' || type === 'audio') && typeof data === 'string')
    return <Media base64={data} mimeType={stringOf(block['mimeType'])} label={`${type === 'image' ? 'Image' : 'Audio'} ${position}`} />;
  if (type === 'resource' && isJsonObject(resource)) return <EmbeddedResource resource={resource} position={position} place={place} />;
  if (type === 'resource_link' && typeof uri === 'string') return <ResourceLink link={block} uri={uri} />;
  return <Unknown value={block} position={position} />;
}

function Unknown({ value, position }: { value: unknown; position: string }) {
  return (
    <Frame title={`Content of an unknown type ${position}`}>
      <JsonView value={value} label={`Content ${position}`} />
    </Frame>
  );
}

function Frame({
  title,
  facts = [],
  actions,
  children,
}: {
  title: string;
  facts?: string[];
  actions?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class="frame">
      <div class="frame-head">
        <span class="frame-title" dir="auto">
          <VisibleText text={title} />
        </span>
        {facts.filter(Boolean).map((fact) => (
          <span key={fact} class="badge">
            <VisibleText text={fact} />
          </span>
        ))}
        <span class="frame-actions">{actions}</span>
      </div>
      {children}
    </div>
  );
}

function Media({ base64, mimeType, label }: { base64: string; mimeType: string; label: string }) {
  const media = judgeMedia(base64);
  const size = byteWords(base64Bytes(base64));
  const isHuge = useMemo(() => media?.kind === 'image' && isTooManyPixels(base64), [media?.kind, base64]);
  const save = <SaveButton name={fileName(label, media?.mimeType ?? mimeType)} base64={base64} />;
  if (media === undefined)
    return (
      <Frame title={`${label} is not shown`} facts={[mimeType, size]} actions={save}>
        <p class="quiet">Its bytes are not those of a PNG, JPEG, GIF, WebP or a known sound format.</p>
      </Frame>
    );
  if (base64.length > MAX_MEDIA_LENGTH || isHuge)
    return (
      <Frame title={`${label} is too large to show`} facts={[media.mimeType, size]} actions={save}>
        <p class="quiet">Save it to look at it.</p>
      </Frame>
    );
  const source = `data:${media.mimeType};base64,${base64}`;
  const declared = mimeType !== '' && mimeType !== media.mimeType ? [`declared as ${mimeType}`] : [];
  return (
    <Frame title={label} facts={[media.mimeType, size, ...declared]} actions={save}>
      {media.kind === 'image' ? (
        <img class="media" src={source} alt={`Sent by the server, ${media.mimeType}, ${size}`} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: the protocol carries no captions
        <audio class="media" controls src={source} aria-label={label} />
      )}
    </Frame>
  );
}

function EmbeddedResource({ resource, position, place }: { resource: JsonObject; position: string; place: string | undefined }) {
  const uri = stringOf(resource['uri']);
  const mimeType = stringOf(resource['mimeType']);
  const { text, blob } = resource;
  const title = uri === '' ? `Resource ${position}` : uri;
  if (typeof text === 'string')
    return (
      <Frame title={title} facts={[mimeType, byteWords(text.length)]} actions={<SaveButton name={fileName(uri, mimeType)} text={text} />}>
        <TextView text={text} label={`Resource ${uri}`} place={place} />
      </Frame>
    );
  if (typeof blob === 'string')
    return judgeMedia(blob) !== undefined ? (
      <Media base64={blob} mimeType={mimeType} label={title} />
    ) : (
      <Frame
        title={title}
        facts={[mimeType, byteWords(base64Bytes(blob))]}
        actions={<SaveButton name={fileName(uri, mimeType)} base64={blob} />}
      />
    );
  return <Unknown value={resource} position={position} />;
}

function ResourceLink({ link, uri }: { link: JsonObject; uri: string }) {
  const title = stringOf(link['title']) || stringOf(link['name']) || uri;
  const description = stringOf(link['description']);
  const size = typeof link['size'] === 'number' ? byteWords(link['size']) : '';
  return (
    <Frame title={title} facts={['link', stringOf(link['mimeType']), size]} actions={<CopyButton label="Copy address" text={() => uri} />}>
      <div class="uri" dir="ltr">
        <WebLink uri={uri} />
      </div>
      {description !== '' && (
        <p class="quiet" dir="auto">
          <VisibleText text={description} />
        </p>
      )}
    </Frame>
  );
}

/** For whom a block is, and how much it matters, as the server says. */
function Annotations({ block }: { block: JsonObject }) {
  const annotations = isJsonObject(block['annotations']) ? block['annotations'] : undefined;
  if (annotations === undefined) return null;
  const { audience, priority, lastModified } = annotations;
  const facts = [
    Array.isArray(audience) && audience.length > 0 ? `for ${audience.map(String).join(', ')}` : '',
    typeof priority === 'number' ? `priority ${priority}` : '',
    typeof lastModified === 'string' ? `changed ${lastModified}` : '',
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return (
    <p class="facts">
      <VisibleText text={facts.join(' · ')} />
    </p>
  );
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Returns a harmless file name: the last part of a URI, or the label, with an ending that fits. */
function fileName(source: string, mimeType: string): string {
  const last =
    source
      .split(/[/\\?#]/)
      .filter(Boolean)
      .at(-1) ?? 'content';
  const base =
    last
      .replace(/[^\p{Letter}\p{Number}._ -]/gu, '')
      .replace(/^[. ]+/, '')
      .slice(0, 80) || 'content';
  const ending = /^[a-z]+\/([a-z0-9]{2,8})$/.exec(mimeType)?.[1];
  return base.includes('.') || ending === undefined ? base : `${base}.${ending === 'plain' ? 'txt' : ending}`;
}
