/** Owns a form that a server asks for: what it says, its fields, and a warning where it seems to want a secret. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { acceptForm } from '../../state/questions/answer.ts';
import { draftOf, writeDraft } from '../../state/questions/answer-drafts.ts';
import type { FormAsk } from '../../state/questions/ask.ts';
import { beginForm, judgeForm, toForm } from '../../state/questions/form.ts';
import { type AskedQuestion, answer } from '../../state/questions/open-list.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { onSubmitKeys } from '../kit/submit-keys.ts';
import { spellHidden } from '../kit/visible-text.ts';
import { SchemaForm } from '../schema-form/schema-form.tsx';
import { Buttons } from './question-buttons.tsx';
import { Said, SaidText } from './said.tsx';

export function FormCard({ question, ask }: { question: AskedQuestion; ask: FormAsk }) {
  const { id, sessionId, phase } = question;
  const form = useMemo(() => toForm(ask.schema), [ask.schema]);
  const begun = useMemo(() => beginForm(form), [form]);
  const draft = draftOf(sessionId, id).form ?? begun;
  const verdict = useMemo(() => judgeForm(form, draft), [form, draft]);
  const [attempted, setAttempted] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const isSending = phase.kind === 'sending';
  const submit = () => {
    if (isSending) return;
    if (verdict.kind === 'ok') return void answer(question, 'accept', acceptForm(verdict.content));
    setAttempted(true);
    announce(t('questions_needsAttention'));
    requestAnimationFrame(() => fields.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return (
    <>
      <Said label={t('questions_serverWrites')}>
        <SaidText text={ask.message} />
      </Said>
      {ask.secretFields.length > 0 && (
        <p class="question-warning" role="alert">
          {t('questions_secret', spellHidden(ask.secretFields.join(', ').slice(0, 200)))}
        </p>
      )}
      {!form.hasFields && <p class="question-note">{t('questions_noFields')}</p>}
      {form.hasFields && (
        <Said isForm label={t('questions_serverAsks')}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears the key that sends what is inside */}
          <div ref={fields} class="question-fields" onKeyDown={onSubmitKeys(submit)}>
            <SchemaForm
              root={form.root}
              draft={draft}
              issues={verdict.kind === 'wrong' ? verdict.issues : []}
              attempted={attempted}
              onChange={(next) => writeDraft(sessionId, id, { form: next })}
            />
          </div>
        </Said>
      )}
      {attempted && verdict.kind === 'wrong' && <p class="field-error">{t('questions_needsAttention')}</p>}
      <Buttons question={question}>
        <Button kind="primary" busy={isSending && phase.act === 'accept'} onClick={submit}>
          {t('questions_send')}
        </Button>
      </Buttons>
    </>
  );
}
