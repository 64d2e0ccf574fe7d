/** Owns the Tools room: list and detail side by side where there is room, one after the other where there is not. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { backendState } from '../../state/backend-state.ts';
import type { Inspector } from '../../state/inspector.ts';
import { draftOfTool } from '../../state/inspector-room.ts';
import { isSameJson } from '../../state/schema-form/json-value.ts';
import type { Remedy } from '../../state/words.ts';
import { Empty } from '../kit/marks.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ChooseHint } from './choose-hint.tsx';
import { FailureView } from './failure-view.tsx';
import { useShown } from './shown.ts';
import { submitFromList } from './submit-from-list.ts';
import { ToolDetail } from './tool-detail.tsx';
import { ToolList } from './tool-list.tsx';

type Props = { inspector: Inspector; remedies: Partial<Record<Remedy, () => void>> };

export function ToolsRoom({ inspector, remedies }: Props) {
  const { room, tools, runs, memory } = inspector;
  const { tool: selected, toolFilter, drafts } = room.state.value;
  const { tools: listed, loading, failure } = tools.list.value;
  /** Matters only where list and detail do not fit beside each other. */
  const isDetailOpen = useSignal(selected !== undefined);
  useShown(isDetailOpen, inspector.arrivals.value);
  const isBackendReady = backendState.value.kind === 'ready';
  // Once when it is opened and once when the backend is back: after a failure it is the user who tries again.
  useEffect(() => {
    if (!loading && (listed === undefined || failure !== undefined)) void tools.refresh();
  }, [tools, isBackendReady]);

  const retry = { ...remedies, retry: () => void tools.refresh() };
  const broken = failure !== undefined && <FailureView failure={failure} act="read" remedies={retry} busy={loading} />;
  if (listed === undefined)
    return (
      <div class="waiting">
        {broken || (
          <p class="quiet waiting-line" role="status">
            <Spinner /> {t('tools_reading')}
          </p>
        )}
      </div>
    );
  if (listed.length === 0 && failure === undefined) return <Empty title={t('tools_none')}>{t('tools_noneOffered')}</Empty>;

  const tool = listed.find(({ name }) => name === selected);
  const select = (name: string) => {
    room.update({ tool: name });
    isDetailOpen.value = true;
    requestAnimationFrame(() => {
      // Only where the list has given way to it: beside the list, the focus stays there.
      if (document.activeElement === document.body || document.querySelector('.tool-list')?.checkVisibility() === false)
        document.getElementById('tool-name')?.focus();
    });
  };
  const back = () => {
    isDetailOpen.value = false;
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.tool-list [role=option][tabindex="0"]')?.focus());
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside of it
    <div class="tools-room" onKeyDown={submitFromList} data-open={isDetailOpen.value && tool !== undefined}>
      <ToolList
        tools={listed}
        selected={selected}
        filter={toolFilter}
        runs={runs.runs.value}
        favourites={memory.kept.value.favourites}
        onFilter={(filter) => room.update({ toolFilter: filter })}
        onSelect={select}
      />
      <div class="tool-side">
        {broken}
        {tool === undefined ? (
          <Empty title={selected === undefined ? t('tools_choose') : t('tools_gone')}>
            {selected === undefined ? (
              <ChooseHint>{t('tools_chooseAbout')}</ChooseHint>
            ) : (
              <code dir="auto">
                <VisibleText text={selected} />
              </code>
            )}
          </Empty>
        ) : (
          <ToolDetail
            key={tool.name}
            tool={tool}
            draft={draftOfTool(drafts, tool.name)}
            run={runs.runs.value.get(tool.name)}
            onBack={back}
            onDraft={(draft, toStorable) => room.setDraft(tool.name, draft, toStorable)}
            memory={memory}
            onRun={(args, storable) => {
              void memory.remember(tool.name, storable, new Date().toISOString());
              void runs.run(tool.name, args, { isStorable: isSameJson(args, storable) });
            }}
            onMessages={inspector.showCall}
            remedies={remedies}
          />
        )}
      </div>
    </div>
  );
}
