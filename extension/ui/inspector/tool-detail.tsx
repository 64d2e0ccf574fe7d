/** Owns one tool on screen: what it says about itself, its arguments, the button that runs it, and what came of it. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Tool } from '../../gateway/mcp-connection.ts';
import { t } from '../../platform/i18n.ts';
import type { Run } from '../../state/inspector-runs.ts';
import { type Draft, jsonProblem, showForm, showJson, startDraft, unreadablePlaces } from '../../state/schema-form/draft.ts';
import { storableDraft } from '../../state/schema-form/draft-secrets.ts';
import { toRootField } from '../../state/schema-form/field-model.ts';
import { checkValue } from '../../state/schema-form/schema-check.ts';
import type { Remedy } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button, IconButton } from '../kit/button.tsx';
import { Kbd } from '../kit/marks.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { SchemaForm } from '../schema-form/schema-form.tsx';
import { COMMAND_KEY } from './keys.ts';
import { RunState } from './run-state.tsx';
import { ToolBadges, titleOf } from './tool-badges.tsx';

/** Characters of a description that are shown before it is asked for. */
const MAX_DESCRIPTION = 600;

type Props = {
  tool: Tool;
  draft: Draft | undefined;
  run: Run | undefined;
  /** Where the list is not beside it. */
  onBack: () => void;
  onDraft: (draft: Draft | undefined, toStorable: (draft: Draft) => Draft) => void;
  onRun: (args: { [name: string]: unknown }) => void;
  /** Goes to the messages of an act, by its key. */
  onMessages: (key: string) => void;
  remedies: Partial<Record<Remedy, () => void>>;
};

export function ToolDetail({ tool, draft: typed, run, onBack, onDraft: keepDraft, onRun, onMessages, remedies }: Props) {
  const root = useMemo(() => toRootField(tool.inputSchema), [tool.inputSchema]);
  const draft = useMemo(() => typed ?? startDraft(root), [typed, root]);
  const onDraft = (next: Draft | undefined) => keepDraft(next, (kept) => storableDraft(root, tool.inputSchema, kept));
  const verdict = useMemo(() => checkValue(tool.inputSchema ?? {}, draft.arguments), [tool.inputSchema, draft.arguments]);
  const issues = verdict.kind === 'invalid' ? verdict.issues : [];
  const unreadable = jsonProblem(draft) ?? unreadablePlaces(draft).map((place) => `${place} can't be read.`)[0];
  const [attempted, setAttempted] = useState(false);
  const body = useRef<HTMLElement>(null);
  const isRunning = run?.kind === 'running';
  useSpokenOutcome(run);

  const submit = () => {
    if (isRunning) return;
    if (unreadable === undefined && issues.length === 0) return start();
    setAttempted(true);
    announce(unreadable ?? `${issues.length === 1 ? '1 argument needs' : `${issues.length} arguments need`} attention`);
    // The errors are drawn first, then the first of them is where the user goes on.
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const start = () => {
    setAttempted(false);
    onRun(draft.arguments);
  };
  const toggleView = () => {
    const next = draft.view === 'form' ? showJson(draft) : showForm(draft);
    if (next === draft) announce('The text is not JSON yet: it stays as it is until it is, or is discarded');
    else onDraft(next);
  };

  return (
    <article
      class="tool-detail"
      ref={body}
      aria-labelledby="tool-name"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        submit();
      }}
    >
      <header class="tool-head">
        <span class="back">
          <IconButton icon="back" label="Back to the list" onClick={onBack} />
        </span>
        <h2 id="tool-name" tabIndex={-1} dir="auto">
          <VisibleText text={tool.name} />
        </h2>
      </header>
      {titleOf(tool) !== '' && (
        <p class="tool-title" dir="auto">
          <VisibleText text={titleOf(tool)} />
        </p>
      )}
      <ToolBadges tool={tool} />
      <Description text={tool.description ?? ''} />
      <SchemaForm root={root} draft={draft} issues={issues} attempted={attempted} onChange={onDraft} />
      <div class="bar actions">
        {/* The second half of a double click is no second act, though the first may have ended already. */}
        <Button kind="primary" busy={isRunning} onClick={({ detail }) => detail < 2 && submit()}>
          Run
        </Button>
        <Button kind="quiet" onClick={toggleView} aria-disabled={jsonProblem(draft) !== undefined || undefined}>
          {draft.view === 'form' ? 'as JSON' : 'as form'}
        </Button>
        {typed !== undefined && (
          <Button kind="quiet" onClick={() => onDraft(undefined)}>
            Reset
          </Button>
        )}
        {run !== undefined && !(run.kind === 'failed' && run.isUnsent) && (
          <Button kind="quiet" onClick={() => onMessages(run.key)}>
            {t('activity_messages')}
          </Button>
        )}
        <span class="spacer" />
        <Kbd keys={[COMMAND_KEY, '↵']} />
      </div>
      {attempted && unreadable === undefined && issues.length > 0 && (
        <p class="needs">
          {issues.length === 1 ? 'One argument does not match the schema.' : `${issues.length} arguments do not match the schema.`}{' '}
          <Button kind="quiet" small onClick={start}>
            Run anyway
          </Button>
        </p>
      )}
      {run !== undefined && (
        <RunState
          key={run.key}
          run={run}
          tool={tool}
          remedies={{ ...remedies, retry: start }}
          // The same call once more; where only another device knows what it was, the arguments above.
          onRunAgain={() => (run.arguments === undefined ? submit() : onRun(run.arguments))}
        />
      )}
    </article>
  );
}

function Description({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  if (text === '') return null;
  const isLong = text.length > MAX_DESCRIPTION * 1.2;
  return (
    <div class="tool-about">
      <p dir="auto">
        <VisibleText text={isLong && !isWhole ? `${text.slice(0, MAX_DESCRIPTION)}…` : text} />
      </p>
      {isLong && (
        <Button kind="quiet" small aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : 'Show all'}
        </Button>
      )}
    </div>
  );
}

/** Says how a run ended; what was already over when the tool was opened is not said again. */
function useSpokenOutcome(run: Run | undefined): void {
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && run?.kind === 'done') announce(run.result.isError === true ? 'Tool error' : 'Result is here');
    wasRunning.current = run?.kind === 'running';
  }, [run]);
}
