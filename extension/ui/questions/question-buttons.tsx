/** Owns the buttons below a question: the one that answers comes from its card, those that refuse are here, with what they mean. */
import type { ComponentChildren } from 'preact';
import { t } from '../../platform/i18n.ts';
import { type AskedQuestion, refuseQuestion } from '../../state/questions/open-list.ts';
import { Button } from '../kit/button.tsx';

/** The ways to say no, after the one that answers; what they tell the server is said below them. */
export function Buttons({ question, children }: { question: AskedQuestion; children: ComponentChildren }) {
  const { phase, ask } = question;
  const busy = phase.kind === 'sending' ? phase.act : undefined;
  const isElicitation = ask.kind === 'form' || ask.kind === 'url' || (ask.kind === 'unreadable' && ask.method === 'elicitation/create');
  return (
    <footer class="question-foot">
      <div class="button-row question-buttons">
        {children}
        <Button busy={busy === 'decline'} onClick={() => void refuseQuestion(question, 'decline')}>
          {isElicitation ? t('questions_decline') : t('questions_reject')}
        </Button>
        {isElicitation && (
          <Button kind="quiet" busy={busy === 'cancel'} onClick={() => void refuseQuestion(question, 'cancel')}>
            {t('questions_cancel')}
          </Button>
        )}
      </div>
      <p class="question-meaning">{isElicitation ? t('questions_meaning') : t('questions_meaningReject')}</p>
    </footer>
  );
}
