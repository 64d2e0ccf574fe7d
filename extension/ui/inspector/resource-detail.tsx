/** Owns one selected resource, or one template with the fields for its variables. What was read is resource-view.tsx. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import { valuesOf } from '../../state/kept-values.ts';
import type { Resource, ResourceTemplate } from '../../state/offer-shapes.ts';
import { type ReadTemplate, readTemplate } from '../../state/uri-templates.ts';
import type { Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Kbd } from '../kit/marks.tsx';
import { onSubmitKeys } from '../kit/submit-keys.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ArgumentFields, type ArgumentValues, missingOf } from './argument-fields.tsx';
import { annotationFacts } from './content-block.tsx';
import { COMMAND_KEY } from './keys.ts';
import { OfferDetail } from './offer-detail.tsx';
import { byteWords } from './quantities.ts';
import { ResourceView } from './resource-view.tsx';

type Shared = { inspector: Inspector; canWatch: boolean; remedies: Partial<Record<Remedy, () => void>>; onBack: () => void };

/** @param resource As it is listed; undefined for one that is known by its address only. */
export function ResourceDetail({
  resource,
  uri,
  isEnded,
  ...shared
}: Shared & { resource: Resource | undefined; uri: string; isEnded: boolean }) {
  const { resources } = shared.inspector;
  // What was selected when the panel was closed is there again; what changed meanwhile nobody has heard.
  useEffect(() => {
    if (!isEnded && resources.readings.peek().get(uri) === undefined) void resources.read(uri);
  }, [resources, uri, isEnded]);
  const size = resource?.size === undefined ? '' : byteWords(resource.size);
  const facts = [resource?.mimeType ?? '', size, ...(resource ? annotationFacts(resource.entry['annotations']) : [])].filter(Boolean);
  return (
    <OfferDetail
      id="resource-name"
      title={resource?.label ?? uri}
      identifier={uri}
      facts={[...new Set(facts)]}
      description={resource?.description ?? ''}
      entry={resource?.entry}
      onBack={shared.onBack}
    >
      <ResourceView {...shared} uri={uri} />
    </OfferDetail>
  );
}

export function TemplateDetail({ template, ...shared }: Shared & { template: ResourceTemplate }) {
  const read = useMemo(() => readTemplate(template.uriTemplate), [template.uriTemplate]);
  const expanded = shared.inspector.resources.expanded.value.get(template.uriTemplate);
  return (
    <OfferDetail
      id="resource-name"
      title={template.label}
      identifier={template.uriTemplate}
      facts={[template.mimeType, ...annotationFacts(template.entry['annotations'])].filter(Boolean)}
      description={template.description}
      entry={template.entry}
      onBack={shared.onBack}
    >
      {read.kind === 'unreadable' ? (
        <p class="badge warn">
          {t('resources_templateUnreadable')} <VisibleText text={read.reason} />
        </p>
      ) : (
        <TemplateForm template={template.uriTemplate} read={read} inspector={shared.inspector} />
      )}
      {expanded !== undefined && <ResourceView key={expanded} {...shared} uri={expanded} />}
    </OfferDetail>
  );
}

function TemplateForm({ template, read, inspector }: { template: string; read: ReadTemplate; inspector: Inspector }) {
  const { room, resources, connection } = inspector;
  const values: ArgumentValues = valuesOf(room.state.value.templateValues, template);
  const [attempted, setAttempted] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const given = read.variables.map(({ name, isOptional, isList }) => ({
    name,
    description: isList ? t('resources_listHint') : '',
    isRequired: !isOptional,
  }));
  const uri = read.expand(values);
  const missing = missingOf(given, values);
  const start = () => {
    setAttempted(false);
    void resources.readExpanded(template, uri);
  };
  const submit = () => {
    if (missing.length === 0) return start();
    setAttempted(true);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={onSubmitKeys(submit)}
    >
      <ArgumentFields
        arguments={given}
        values={values}
        completesOf={{ type: 'ref/resource', uri: template }}
        connection={connection}
        attempted={attempted}
        onValues={(next) => room.setValues('templateValues', template, next)}
      />
      <p class="expanded">
        <span class="quiet">{t('resources_address')}</span>{' '}
        <span class="mono" dir="ltr">
          <VisibleText text={uri} />
        </span>
      </p>
      <div class="bar actions">
        <Button kind="primary" type="submit">
          {t('resources_read')}
        </Button>
        {attempted && missing.length > 0 && (
          <Button kind="quiet" onClick={start}>
            {t('resources_readAnyway')}
          </Button>
        )}
        <span class="spacer" />
        <Kbd keys={[COMMAND_KEY, '↵']} />
      </div>
    </form>
  );
}
