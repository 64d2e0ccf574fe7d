/** Owns the frame of one question: who asks, in which session, what it is about in Mooring's words, and what became of it. */
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { Revision } from '../../../shared/contract.ts';
import { t, tAround } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { type AskedQuestion, completedElicitations, dismissQuestion, type Phase } from '../../state/questions/open-list.ts';
import { hostOf } from '../../state/server-words.ts';
import { wordsFor } from '../../state/words.ts';
import { IconButton } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { FormCard } from './form-card.tsx';
import { Buttons } from './question-buttons.tsx';
import { SaidJson } from './said.tsx';
import { SamplingCard } from './sampling-card.tsx';
import { UrlCard } from './url-card.tsx';

const ASKS = {
  form: 'questions_asksForm',
  url: 'questions_asksUrl',
  sampling: 'questions_asksSampling',
  unreadable: 'questions_asksUnreadable',
  lost: 'questions_asksUnreadable',
} as const;

type Props = { question: AskedQuestion; session: StoredSession };

export function QuestionCard({ question, session }: Props) {
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const { phase, ask } = question;
  const isEnded = phase.kind === 'ended';
  // What had the focus is gone with the form: it goes on at what is left of the card.
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (isEnded && hadFocus.current) card.current?.querySelector('button')?.focus();
  }, [isEnded]);
  const server = session.server.title ?? session.server.name;
  const [before, after] = tAround(ASKS[ask.kind]);
  return (
    <article
      ref={card}
      class={`question${isEnded ? ' ended' : ''}`}
      aria-labelledby={id}
      onFocusCapture={() => {
        hadFocus.current = true;
      }}
      onBlurCapture={({ relatedTarget }) => {
        // Taken out of the page, it has nowhere to go; the user moving on has.
        if (relatedTarget !== null) hadFocus.current = false;
      }}
    >
      <header class="question-head">
        <div class="question-who">
          <h2 id={id} class="question-title">
            {before}
            <bdi>
              <VisibleText text={server.slice(0, 200)} />
            </bdi>
            {after}
          </h2>
          <p class="question-session">
            <bdi>
              <VisibleText text={session.name} />
            </bdi>{' '}
            · <bdi class="mono">{hostOf(session.url)}</bdi>
          </p>
        </div>
        {isEnded && <IconButton icon="close" label={t('questions_dismiss')} onClick={() => dismissQuestion(question.id)} />}
      </header>
      {isEnded ? <Ended question={question} phase={phase} revision={session.revision} /> : <Body question={question} />}
    </article>
  );
}

function Body({ question }: { question: AskedQuestion }) {
  const { ask, phase } = question;
  const error = phase.kind === 'open' ? phase.error : undefined;
  return (
    <>
      {ask.kind === 'form' && <FormCard question={question} ask={ask} />}
      {ask.kind === 'url' && <UrlCard question={question} ask={ask} />}
      {ask.kind === 'sampling' && <SamplingCard question={question} ask={ask} />}
      {ask.kind === 'lost' && <p class="question-note">{t('questions_lost')}</p>}
      {ask.kind === 'unreadable' && (
        <>
          <p class="question-note">{t('questions_unreadable')}</p>
          <SaidJson title={t('questions_request')} value={ask.request} />
        </>
      )}
      {(ask.kind === 'lost' || ask.kind === 'unreadable') && <Buttons question={question}>{null}</Buttons>}
      {error !== undefined && (
        <p class="field-error" role="alert">
          {t('questions_notSent')} {wordsFor(error.code).title}. {error.message}
        </p>
      )}
    </>
  );
}

const SENT = { accept: 'questions_sent', decline: 'questions_declined', cancel: 'questions_cancelled' } as const;

type EndedProps = { question: AskedQuestion; phase: Extract<Phase, { kind: 'ended' }>; revision: Revision };

function Ended({ question, phase, revision }: EndedProps) {
  const { ask } = question;
  if (phase.end !== 'sent')
    return (
      <p class="question-end" role="status">
        {phase.end === 'gone' ? t('questions_gone') : t('questions_elsewhere')}
      </p>
    );
  // The panel whose call it is takes the answer to the server: here nobody knows whether it is open.
  if (revision === 'stateless' && !question.own && phase.act === 'accept')
    return (
      <p class="question-end" role="status">
        {t('questions_kept')}
      </p>
    );
  if (ask.kind === 'url' && phase.act === 'accept') {
    const isDone = ask.elicitationId !== undefined && completedElicitations.value.has(ask.elicitationId);
    return (
      <p class="question-end" role="status">
        {ask.elicitationId === undefined ? (
          t('questions_opened')
        ) : isDone ? (
          t('questions_completed')
        ) : (
          <>
            <Spinner /> {t('questions_awaitsCompletion')}
          </>
        )}
      </p>
    );
  }
  return (
    <p class="question-end" role="status">
      {ask.kind === 'sampling' && phase.act !== 'accept' ? t('questions_rejected') : t(SENT[phase.act ?? 'accept'])}
    </p>
  );
}
