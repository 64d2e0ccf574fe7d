/** Owns the questions on a surface: bounded, oldest first, those of the session that is shown before all others. */
import { useEffect, useRef } from 'preact/hooks';
import { t, tCount } from '../../platform/i18n.ts';
import { type AskedQuestion, askedQuestions, declineAll, questionErrors } from '../../state/questions/open-list.ts';
import { sessions } from '../../state/stored-state.ts';
import { wordsFor } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { useClickGuard, useGuardAfter, useHeldBack } from './click-guard.ts';
import { QuestionCard } from './question-card.tsx';

/** Cards that are drawn; the others come up as these go. */
const MAX_CARDS = 3;

export function QuestionStack({ sessionId }: { sessionId?: string }) {
  useClickGuard();
  const known = new Map(sessions.value.filter(({ ended }) => !ended).map((session) => [session.id, session]));
  const rank = (question: AskedQuestion) => (question.sessionId === sessionId ? 0 : 1);
  const all = askedQuestions.value.filter((question) => known.has(question.sessionId)).toSorted((a, b) => rank(a) - rank(b));
  const shown = useHeldBack(all.map(({ id }) => id));
  const ready = all.filter(({ id }) => shown.has(id));
  const cards = ready.slice(0, MAX_CARDS);
  const isGuarding = useGuardAfter(cards.map(({ id, phase }) => `${id} ${phase.kind}`).join('\n'));
  useSpokenNews(ready);
  const unread = [...known.values()].filter(({ id, questions }) => questions > 0 && questionErrors.value.has(id));
  if (cards.length === 0 && unread.length === 0) return null;
  const open = ready.filter(({ phase }) => phase.kind === 'open');
  const crowded = [...new Set(open.map((question) => question.sessionId))].filter(
    (id) => open.filter((question) => question.sessionId === id).length > 1,
  );
  return (
    <section class="questions" aria-label={t('questions_region')} aria-busy={isGuarding}>
      {cards.map((question) => {
        const session = known.get(question.sessionId);
        return session && <QuestionCard key={question.id} question={question} session={session} />;
      })}
      {ready.length > cards.length && <p class="questions-more">{tCount('questions_more', ready.length - cards.length)}</p>}
      {unread.map(({ id, name }) => (
        <p key={id} class="questions-more" role="status">
          {t('questions_unread', spellHidden(name))} {wordsFor(questionErrors.value.get(id)?.code ?? '').title}
        </p>
      ))}
      {crowded.map((id) => (
        <p key={id} class="questions-more">
          <Button small kind="quiet" onClick={() => void declineAll(id)}>
            {t('questions_declineAll', spellHidden(known.get(id)?.name ?? ''))}
          </Button>
        </p>
      ))}
    </section>
  );
}

/** Says that a question has come: not each of a flood. */
function useSpokenNews(ready: readonly AskedQuestion[]): void {
  const spoken = useRef(0);
  const open = ready.filter(({ phase }) => phase.kind === 'open').length;
  useEffect(() => {
    if (open > spoken.current) announce(tCount('questions_wait', open));
    spoken.current = open;
  }, [open]);
}
