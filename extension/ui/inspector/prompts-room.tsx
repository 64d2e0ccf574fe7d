/** Owns the Prompts room: the list, and the prompt that is selected. */
import { useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import type { Remedy } from '../../state/words.ts';
import { Empty } from '../kit/marks.tsx';
import { ChooseHint } from './choose-hint.tsx';
import { OfferList } from './offer-list.tsx';
import { OffersRoom } from './offers-room.tsx';
import { PromptDetail } from './prompt-detail.tsx';

type Props = { inspector: Inspector; isEnded: boolean; remedies: Partial<Record<Remedy, () => void>> };

export function PromptsRoom({ inspector, isEnded, remedies }: Props) {
  const { room, prompts: offered } = inspector;
  const { prompt: selected, promptFilter } = room.state.value;
  const { items } = offered.prompts.list.value;
  const prompt = items?.find(({ name }) => name === selected);
  const groups = useMemo(() => {
    const offers = (items ?? []).map(({ name, label, description, entry }) => ({
      key: name,
      label: name,
      about: [label === name ? '' : label, description.split('\n', 1)[0] ?? ''].filter(Boolean).join(' · '),
      icons: entry['icons'],
    }));
    return [{ title: t('panel_prompts'), offers }];
  }, [items]);
  return (
    <OffersRoom
      lists={[offered.prompts]}
      words={{
        reading: t('prompts_readingList'),
        none: t('prompts_none'),
        noneMeaning: t('prompts_noneMeaning'),
        notOfferedMeaning: t('prompts_notOffered'),
      }}
      remedies={remedies}
      isEnded={isEnded}
      arrivals={inspector.arrivals.value}
      selected={selected}
      hasMore={false}
      headingId="prompt-name"
      onSelect={(name) => room.update({ prompt: name })}
      list={(select, trouble) => (
        <OfferList
          label={t('panel_prompts')}
          filterLabel={t('prompts_filterLabel')}
          groups={groups}
          selected={selected}
          filter={promptFilter}
          onFilter={(filter) => room.update({ promptFilter: filter })}
          onSelect={select}
          none={t('prompts_noMatch')}
        >
          {trouble}
        </OfferList>
      )}
      detail={(back) =>
        prompt === undefined ? (
          <Empty title={selected === undefined ? t('prompts_choose') : t('prompts_gone')}>
            {selected === undefined ? <ChooseHint>{t('prompts_chooseMeaning')}</ChooseHint> : <code dir="auto">{selected}</code>}
          </Empty>
        ) : (
          <PromptDetail key={prompt.name} prompt={prompt} inspector={inspector} remedies={remedies} onBack={back} />
        )
      }
    />
  );
}
