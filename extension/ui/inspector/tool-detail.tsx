/** Owns one tool on screen: what it says about itself, its arguments, the button that runs it, and what came of it. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Tool } from '../../gateway/mcp-connection.ts';
import { t, tCount } from '../../platform/i18n.ts';
import type { Run } from '../../state/run.ts';
import { type Draft, draftOf, jsonProblem, showForm, showJson, startDraft, unreadablePlaces } from '../../state/schema-form/draft.ts';
import { secretPlaces, storableDraft, withoutSecrets } from '../../state/schema-form/draft-secrets.ts';
import { toRootField } from '../../state/schema-form/field-model.ts';
import { isSameJson, type JsonObject } from '../../state/schema-form/json-value.ts';
import { checkValue } from '../../state/schema-form/schema-check.ts';
import type { ToolMemory } from '../../state/tool-memory.ts';
import type { Remedy } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { onSubmitKeys } from '../kit/submit-keys.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { SchemaForm } from '../schema-form/schema-form.tsx';
import { RunQuestion } from './run-question.tsx';
import { RunState } from './run-state.tsx';
import { RawDefinition, ToolHead } from './tool-about.tsx';
import { TimeLimit, ToolActions } from './tool-actions.tsx';
import { isDestructive } from './tool-badges.tsx';

type Props = {
  tool: Tool;
  draft: Draft | undefined;
  run: Run | undefined;
  memory: ToolMemory;
  /** Where the list is not beside it. */
  onBack: () => void;
  onDraft: (draft: Draft | undefined, toStorable: (draft: Draft) => Draft) => void;
  /** @param storable The arguments without what is never stored. */
  onRun: (args: JsonObject, storable: JsonObject) => void;
  /** Goes to the messages of an act, by its key. */
  onMessages: (key: string) => void;
  remedies: Partial<Record<Remedy, () => void>>;
};

export function ToolDetail({ tool, draft: typed, run, memory, onBack, onDraft: keepDraft, onRun, onMessages, remedies }: Props) {
  const root = useMemo(() => toRootField(tool.inputSchema), [tool.inputSchema]);
  const draft = useMemo(() => typed ?? startDraft(root), [typed, root]);
  const verdict = useMemo(() => checkValue(tool.inputSchema ?? {}, draft.arguments), [tool.inputSchema, draft.arguments]);
  const issues = useMemo(() => (verdict.kind === 'invalid' ? verdict.issues : []), [verdict]);
  const unreadable = jsonProblem(draft) ?? unreadablePlaces(draft).map((place) => t('tools_unreadable', place))[0];
  const [attempted, setAttempted] = useState(false);
  /** Arguments that wait for the user's word. */
  const [asked, setAsked] = useState<JsonObject>();
  /** What was typed before earlier arguments took its place. */
  const [replaced, setReplaced] = useState<{ draft: Draft | undefined; by: JsonObject }>();
  const body = useRef<HTMLElement>(null);
  const isRunning = run?.kind === 'running';
  useSpokenOutcome(run);

  const onDraft = (next: Draft | undefined) => keepDraft(next, (kept) => storableDraft(root, tool.inputSchema, kept));
  const start = (args: JsonObject) => {
    if (isRunning) return;
    if (isDestructive(tool) && !memory.isAllowed(tool.name)) return setAsked(args);
    setAttempted(false);
    onRun(args, withoutSecrets(args, secretPlaces(root, draftOf(args))));
  };
  const submit = () => {
    if (isRunning || asked !== undefined) return;
    if (unreadable === undefined && issues.length === 0) return start(draft.arguments);
    setAttempted(true);
    announce(unreadable ?? tCount('tools_needAttention', issues.length));
    // The errors are drawn first, then the first of them is where the user goes on.
    requestAnimationFrame(() => focusFirstError(body.current));
  };
  const answer = (isYes: boolean) => {
    setAsked(undefined);
    focusRun(body.current);
    if (!isYes || asked === undefined) return;
    void memory.allow(tool.name);
    setAttempted(false);
    onRun(asked, withoutSecrets(asked, secretPlaces(root, draftOf(asked))));
  };
  const toggleView = () => {
    const next = draft.view === 'form' ? showJson(draft) : showForm(draft);
    if (next === draft) announce(t('tools_notJsonYet'));
    else onDraft(next);
  };
  /** Puts earlier arguments into the form; what was typed is one click away. */
  const change = (args: JsonObject) => {
    setReplaced({ draft: typed, by: args });
    setAttempted(false);
    onDraft({ ...draftOf(args), view: draft.view });
    announce(t('tools_inForm'));
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('.tool-arguments :is(input, textarea, select)')?.focus());
  };
  const ran = run !== undefined && run.kind !== 'running' ? (run.arguments as JsonObject | undefined) : undefined;

  return (
    <article class="tool-detail" ref={body} aria-labelledby="tool-name" onKeyDown={onSubmitKeys(submit)}>
      <ToolHead
        tool={tool}
        isFavourite={memory.kept.value.favourites.includes(tool.name)}
        onFavourite={() => void memory.toggleFavourite(tool.name)}
        onBack={onBack}
      />
      <div class="tool-arguments">
        <SchemaForm root={root} draft={draft} issues={issues} attempted={attempted} onChange={onDraft} />
      </div>
      {replaced !== undefined && isSameJson(draft.arguments, replaced.by) && (
        <p class="quiet" role="status">
          {t('tools_inForm')}{' '}
          <Button
            kind="quiet"
            small
            onClick={() => {
              setReplaced(undefined);
              onDraft(replaced.draft);
            }}
          >
            {t('tools_undo')}
          </Button>
        </p>
      )}
      <ToolActions
        isRunning={isRunning}
        isForm={draft.view === 'form'}
        isStuck={jsonProblem(draft) !== undefined}
        recent={memory.recentOf(tool.name)}
        onRun={submit}
        onToggleView={toggleView}
        onRecent={(recent) => change(recent.arguments as JsonObject)}
        onForget={() => void memory.forget(tool.name)}
        onReset={typed === undefined ? undefined : () => onDraft(undefined)}
      />
      {asked !== undefined && <RunQuestion onRun={() => answer(true)} onCancel={() => answer(false)} />}
      {attempted && unreadable === undefined && issues.length > 0 && (
        <p class="needs">
          <span>{tCount('tools_mismatch', issues.length)}</span>
          <Button kind="quiet" small onClick={() => start(draft.arguments)}>
            {t('tools_runAnyway')}
          </Button>
        </p>
      )}
      {verdict.kind === 'unchecked' && (
        <p class="quiet" dir="auto">
          <VisibleText text={t('tools_unchecked', verdict.reason)} />
        </p>
      )}
      {run !== undefined && (
        <RunState
          key={run.key}
          run={run}
          tool={tool}
          remedies={{ ...remedies, retry: () => start(draft.arguments) }}
          // The same call once more; where only another device knows what it was, the arguments above.
          onRunAgain={() => (ran === undefined ? submit() : start(ran))}
        />
      )}
      {run !== undefined && (ran !== undefined || wasSent(run)) && (
        <div class="bar run-again">
          {wasSent(run) && (
            <Button kind="quiet" small onClick={() => onMessages(run.key)}>
              {t('activity_messages')}
            </Button>
          )}
          {ran !== undefined && (run.kind === 'done' || isStopped(run)) && (
            <Button kind="quiet" small onClick={() => start(ran)}>
              {t('tools_runAgain')}
            </Button>
          )}
          {ran !== undefined && !isSameJson(ran, draft.arguments) && (
            <Button kind="quiet" small onClick={() => change(ran)}>
              {t('tools_changeAndRun')}
            </Button>
          )}
        </div>
      )}
      <TimeLimit memory={memory} />
      <RawDefinition tool={tool} />
    </article>
  );
}

const wasSent = (run: Run): boolean => !(run.kind === 'failed' && run.isUnsent);

/** It was cancelled, by hand or by the time limit: nothing is in doubt. */
const isStopped = (run: Run): boolean =>
  run.kind === 'failed' && (run.failure.kind === 'cancelled' || (run.failure.kind === 'timeout' && run.failure.afterMs !== undefined));

const focusRun = (body: HTMLElement | null): void => body?.querySelector<HTMLElement>('.actions .button.primary')?.focus();

/** The first control with an error; in an editor, what is in its shadow root. */
function focusFirstError(body: HTMLElement | null): void {
  const first = body?.querySelector<HTMLElement>('[aria-invalid=true], .json-editor[data-invalid]');
  (first?.shadowRoot?.querySelector<HTMLElement>('.cm-content') ?? first)?.focus();
}

/** Says how a run ended; what was already over when the tool was opened is not said again. */
function useSpokenOutcome(run: Run | undefined): void {
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && run?.kind === 'done') announce(run.result.isError === true ? t('tools_saidError') : t('tools_saidResult'));
    wasRunning.current = run?.kind === 'running';
  }, [run]);
}
