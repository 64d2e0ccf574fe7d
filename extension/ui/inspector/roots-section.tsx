/** Owns the roots of a session in its room: which folders its server is told of, and editing them. */
import { useState } from 'preact/hooks';
import { MAX_ROOTS } from '../../../shared/limits.ts';
import type { Root } from '../../../shared/roots.ts';
import { type MessageKey, t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import type { RootRow } from '../../state/kept-values.ts';
import { rootProblem, saveRoots, toRows } from '../../state/session-roots.ts';
import { wordsFor } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button, IconButton } from '../kit/button.tsx';

const PROBLEMS: Record<NonNullable<ReturnType<typeof rootProblem>>, MessageKey> = {
  'not-a-url': 'questions_rootProblem_notaurl',
  'not-file': 'questions_rootProblem_notfile',
  'too-long': 'questions_rootProblem_toolong',
};

const FILE_SCHEME = 'file:///';

type Props = { sessionId: string; roots: readonly Root[]; room: Inspector['room'] };

export function RootsSection({ sessionId, roots: known, room }: Props) {
  const [saved, setSaved] = useState<readonly Root[] | undefined>();
  const rows = room.state.value.roots;
  const setRows = (roots: RootRow[] | undefined) => room.update({ roots });
  const [stage, setStage] = useState<{ kind: 'idle' | 'saving' } | { kind: 'failed'; message: string }>({ kind: 'idle' });
  const shown = rows ?? toRows(saved ?? known);
  const isWrong = shown.some((row) => rootProblem(row) !== undefined);
  const change = (at: number, patch: Partial<RootRow>) => setRows(shown.map((row, i) => (i === at ? { ...row, ...patch } : row)));
  const submit = async () => {
    if (isWrong || stage.kind === 'saving') return;
    setStage({ kind: 'saving' });
    const outcome = await saveRoots(sessionId, shown);
    if (outcome.kind === 'failed')
      return setStage({ kind: 'failed', message: `${wordsFor(outcome.error.code).title} ${outcome.error.message}` });
    setSaved(outcome.roots);
    setRows(undefined);
    setStage({ kind: 'idle' });
    announce(t('questions_rootsSaved'));
  };
  return (
    <section class="session-part" aria-labelledby="roots-title">
      <h2 id="roots-title">{t('questions_roots')}</h2>
      <p class="quiet">{t('questions_rootsHint')}</p>
      <div class="roots">
        {shown.map((row, at) => {
          const problem = rootProblem(row);
          return (
            // Rows have no identity but their place: what is typed goes with it.
            <div key={at} class="root-row">
              <input
                class="input mono"
                dir="ltr"
                spellcheck={false}
                aria-label={t('questions_rootUri', at + 1)}
                aria-invalid={problem !== undefined || undefined}
                placeholder={FILE_SCHEME}
                value={row.uri}
                onInput={(event) => change(at, { uri: event.currentTarget.value })}
              />
              <input
                class="input"
                dir="auto"
                maxLength={120}
                aria-label={t('questions_rootName', at + 1)}
                placeholder={t('questions_rootNameHint')}
                value={row.name}
                onInput={(event) => change(at, { name: event.currentTarget.value })}
              />
              <IconButton
                icon="close"
                label={t('questions_rootRemove', at + 1)}
                onClick={() => setRows(shown.filter((_, i) => i !== at))}
              />
              {problem !== undefined && <p class="field-error">{t(PROBLEMS[problem])}</p>}
            </div>
          );
        })}
        <div class="button-row">
          <Button small disabled={shown.length >= MAX_ROOTS} onClick={() => setRows([...shown, { uri: '', name: '' }])}>
            {t('questions_rootAdd')}
          </Button>
          {rows !== undefined && (
            <>
              <Button
                small
                kind="primary"
                busy={stage.kind === 'saving'}
                aria-disabled={isWrong || undefined}
                onClick={() => void submit()}
              >
                {t('questions_rootsSave')}
              </Button>
              <Button small kind="quiet" onClick={() => setRows(undefined)}>
                {t('questions_rootsDiscard')}
              </Button>
            </>
          )}
        </div>
        {stage.kind === 'failed' && (
          <p class="field-error" role="alert">
            {stage.message}
          </p>
        )}
      </div>
    </section>
  );
}
