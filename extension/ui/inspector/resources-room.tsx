/** Owns the Resources room: resources, templates and addresses that are not listed, and the one that is selected. */
import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import type { Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Empty } from '../kit/marks.tsx';
import { ChooseHint } from './choose-hint.tsx';
import { type OfferGroup, OfferList } from './offer-list.tsx';
import { OffersRoom } from './offers-room.tsx';
import { byteWords } from './quantities.ts';
import { ResourceDetail, TemplateDetail } from './resource-detail.tsx';

type Props = { inspector: Inspector; isEnded: boolean; remedies: Partial<Record<Remedy, () => void>> };

/** A resource and a template may be written alike: what is selected says which is meant. */
const keyOfUri = (uri: string): string => `uri ${uri}`;
const keyOfTemplate = (template: string): string => `template ${template}`;

export function ResourcesRoom({ inspector, isEnded, remedies }: Props) {
  const { room, resources } = inspector;
  const { resource: uri, template: uriTemplate, resourceFilter, subscriptions } = room.state.value;
  const { items: listed, loading } = resources.resources.list.value;
  const isWhole = listed !== undefined && !loading;
  const { items: templates } = resources.templates.list.value;
  const changed = resources.changed.value;
  const listedUris = useMemo(() => new Set(listed?.map((resource) => resource.uri)), [listed]);
  const groups = useMemo((): OfferGroup[] => {
    const markOf = (of: string) => (changed.has(of) ? t('resources_changed') : undefined);
    const unlisted = [...new Set([...subscriptions, ...(uri === undefined ? [] : [uri])])].filter((each) => !listedUris.has(each));
    return [
      // Few, and there before the first page of resources: what comes page by page grows downwards, and moves nothing.
      {
        title: t('resources_templates'),
        offers: (templates ?? []).map(({ uriTemplate: of, label, description, entry }) => ({
          key: keyOfTemplate(of),
          label,
          about: of,
          more: description,
          icons: entry['icons'],
        })),
      },
      {
        title: t('resources_listed'),
        offers: (listed ?? []).map(({ uri: of, label, description, mimeType, size, entry }) => ({
          key: keyOfUri(of),
          label,
          about: [mimeType, size === undefined ? '' : byteWords(size), description.split('\n', 1)[0] ?? ''].filter(Boolean).join(' · '),
          more: of,
          mark: markOf(of),
          icons: entry['icons'],
        })),
      },
      {
        title: t('resources_byAddress'),
        offers: isWhole ? unlisted.map((of) => ({ key: keyOfUri(of), label: of, about: '', mark: markOf(of) })) : [],
      },
    ];
  }, [listed, templates, changed, subscriptions, uri, listedUris, isWhole]);
  const selected = uri !== undefined ? keyOfUri(uri) : uriTemplate !== undefined ? keyOfTemplate(uriTemplate) : undefined;
  const onSelect = (key: string) => {
    const [kind = '', of = ''] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
    room.update(kind === 'uri' ? { resource: of, template: undefined } : { resource: undefined, template: of });
  };
  // Opened from a result, whose button is gone: reading goes on here.
  useEffect(() => {
    if (uri !== undefined && document.activeElement === document.body) document.getElementById('resource-name')?.focus();
  }, [uri]);
  /** Somebody who knows an address need not find it in the list. */
  const typedAddress = /^[a-z][a-z0-9+.-]*:\S+$/i.test(resourceFilter) && !listedUris.has(resourceFilter) ? resourceFilter : undefined;

  const detail = (back: () => void) => {
    const shared = { inspector, remedies, onBack: back, canWatch: resources.canWatch.value };
    const template = templates?.find((each) => each.uriTemplate === uriTemplate);
    if (uri !== undefined)
      return <ResourceDetail key={uri} {...shared} uri={uri} resource={listed?.find((each) => each.uri === uri)} isEnded={isEnded} />;
    if (template !== undefined) return <TemplateDetail key={uriTemplate} {...shared} template={template} />;
    if (uriTemplate !== undefined && templates !== undefined)
      return <Empty title={t('resources_templateGone')}>{<code dir="ltr">{uriTemplate}</code>}</Empty>;
    return (
      <Empty title={t('resources_choose')}>
        <ChooseHint>{t('resources_chooseMeaning')}</ChooseHint>
      </Empty>
    );
  };

  return (
    <OffersRoom
      lists={[resources.templates, resources.resources]}
      words={{
        reading: t('resources_readingList'),
        none: t('resources_none'),
        noneMeaning: t('resources_noneMeaning'),
        notOfferedMeaning: t('resources_notOffered'),
      }}
      remedies={remedies}
      isEnded={isEnded}
      arrivals={inspector.arrivals.value}
      selected={selected}
      hasMore={uri !== undefined || subscriptions.length > 0}
      headingId="resource-name"
      onSelect={onSelect}
      detail={detail}
      list={(select, trouble) => (
        <OfferList
          label={t('panel_resources')}
          filterLabel={t('resources_filterLabel')}
          groups={groups}
          selected={selected}
          filter={resourceFilter}
          onFilter={(filter) => room.update({ resourceFilter: filter })}
          onSelect={select}
          none={loading && listed === undefined ? t('resources_readingList') : t('resources_noMatch')}
        >
          {trouble}
          {typedAddress !== undefined && (
            <Button kind="quiet" small onClick={() => select(keyOfUri(typedAddress))}>
              {t('resources_readTyped')}
            </Button>
          )}
        </OfferList>
      )}
    />
  );
}
