/** Owns a request for an answer of a language model: the whole of it, and the answer that a person writes, drafts and edits. */
import { useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { EMPTY_REPLY, type Reply, toSampled } from '../../state/questions/answer.ts';
import { draftOf, writeDraft } from '../../state/questions/answer-drafts.ts';
import type { Said as SaidMessage, SamplingAsk } from '../../state/questions/ask.ts';
import { type AskedQuestion, answer } from '../../state/questions/open-list.ts';
import { isJsonObject } from '../../state/schema-form/json-value.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ModelDraft } from './model-draft.tsx';
import { Buttons } from './question-buttons.tsx';
import { Said, SaidJson, SaidText } from './said.tsx';
import { toMedia } from './said-media.tsx';

/** Messages that are drawn one by one; the whole request is there as JSON. */
const MAX_MESSAGES = 50;

export function SamplingCard({ question, ask }: { question: AskedQuestion; ask: SamplingAsk }) {
  const { id, sessionId, phase } = question;
  const reply = draftOf(sessionId, id).reply ?? EMPTY_REPLY;
  const change = (patch: Partial<Reply>) => writeDraft(sessionId, id, { reply: { ...reply, ...patch } });
  const verdict = toSampled(reply, ask, id);
  const tool = ask.tools.find(({ name }) => name === reply.tool);
  const send = () => {
    if (verdict.kind === 'ok') void answer(question, 'accept', verdict.body);
    else announce(verdict.kind === 'empty' ? t('questions_replyEmpty') : t('questions_inputUnreadable'));
  };
  return (
    <>
      <Said label={t('questions_samplingRequest')}>
        {ask.systemPrompt !== undefined && (
          <>
            <p class="said-role">{t('questions_systemPrompt')}</p>
            <SaidText text={ask.systemPrompt} />
          </>
        )}
        {ask.messages.slice(0, MAX_MESSAGES).map((message, at) => (
          <Message key={at} message={message} />
        ))}
        {ask.messages.length > MAX_MESSAGES && <p class="said-note">{t('questions_moreMessages', ask.messages.length - MAX_MESSAGES)}</p>}
        {ask.wishes.length > 0 && (
          <dl class="wishes">
            {ask.wishes.map(([name, value]) => (
              <div key={name}>
                <dt class="mono">
                  <VisibleText text={name} />
                </dt>
                <dd class="mono">
                  <VisibleText text={JSON.stringify(value).slice(0, 500)} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {ask.tools.length > 0 && (
          <>
            <p class="said-role">{t('questions_tools')}</p>
            <ul class="said-tools">
              {ask.tools.map(({ name, description }) => (
                <li key={name}>
                  <bdi class="mono">
                    <VisibleText text={name} />
                  </bdi>{' '}
                  <VisibleText text={(description ?? '').slice(0, 300)} />
                </li>
              ))}
            </ul>
          </>
        )}
        <SaidJson title={t('questions_request')} value={ask.request} />
      </Said>
      <Field label={t('questions_reply')} hint={t('questions_replyHint')}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            rows={4}
            dir="auto"
            value={reply.text}
            onInput={(event) => change({ text: event.currentTarget.value })}
          />
        )}
      </Field>
      <ModelDraft ask={ask} onDraft={(text) => change({ text, model: 'browser-built-in' })} />
      {ask.tools.length > 0 && (
        <Field label={t('questions_callTool')}>
          {(control) => (
            <select
              {...control}
              class="input"
              value={tool?.name ?? ''}
              onChange={({ currentTarget: { value } }) => change({ tool: value })}
            >
              <option value="">{t('questions_noTool')}</option>
              {ask.tools.map(({ name }) => (
                <option key={name} value={name}>
                  {spellHidden(name)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {tool !== undefined && (
        <>
          <Field label={t('questions_toolInput')} error={verdict.kind === 'unreadable' ? t('questions_inputUnreadable') : undefined}>
            {(control) => (
              <textarea
                {...control}
                class="input mono"
                rows={3}
                spellcheck={false}
                value={reply.input ?? '{}'}
                onInput={(event) => change({ input: event.currentTarget.value })}
              />
            )}
          </Field>
          <SaidJson title={t('questions_toolSchema')} value={tool.inputSchema} />
        </>
      )}
      <Field label={t('questions_model')} hint={t('questions_modelHint')}>
        {(control) => (
          <input {...control} class="input" value={reply.model} onInput={(event) => change({ model: event.currentTarget.value })} />
        )}
      </Field>
      <Buttons question={question}>
        <Button
          kind="primary"
          busy={phase.kind === 'sending' && phase.act === 'accept'}
          aria-disabled={verdict.kind !== 'ok' || undefined}
          onClick={send}
        >
          {t('questions_sendReply')}
        </Button>
      </Buttons>
    </>
  );
}

function Message({ message }: { message: SaidMessage }) {
  return (
    <>
      <p class="said-role">{message.role === 'user' ? t('questions_roleUser') : t('questions_roleAssistant')}</p>
      {message.blocks.map((block, at) => (
        <Block key={at} block={block} />
      ))}
    </>
  );
}

function Block({ block }: { block: unknown }) {
  const media = useMemo(() => (isJsonObject(block) ? toMedia(block) : undefined), [block]);
  if (isJsonObject(block) && block['type'] === 'text' && typeof block['text'] === 'string') return <SaidText text={block['text']} />;
  return media ?? <SaidJson title={t('questions_block', spellHidden(kindOf(block)))} value={block} />;
}

function kindOf(block: unknown): string {
  if (!isJsonObject(block)) return typeof block;
  const { type, mimeType, name } = block;
  return [type, mimeType, name]
    .filter((part) => typeof part === 'string')
    .join(' · ')
    .slice(0, 120);
}
