/** Owns the messages that a server made of a prompt, as a conversation and as the JSON that came. Source: MCP 2026-07-28, Prompts > PromptMessage. */
import { useState } from 'preact/hooks';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import { isJsonObject } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ContentBlock } from './content-block.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton, type Payload } from './payload-buttons.tsx';

/** Messages that are drawn at first. */
const MAX_MESSAGES = 100;

type Result = { [member: string]: unknown };

export function PromptMessages({ name, result }: { name: string; result: Result }) {
  const [isRaw, setRaw] = useState(false);
  const messages = Array.isArray(result['messages']) ? (result['messages'] as unknown[]) : undefined;
  const shown = (messages ?? []).slice(0, MAX_MESSAGES);
  const description = typeof result['description'] === 'string' ? result['description'] : '';
  return (
    <section class="result" aria-label={t('prompts_messages')}>
      <div class="bar">
        <b>{messages === undefined ? t('prompts_messages') : tCount('prompts_count', messages.length)}</b>
        <span class="bar-end">
          <Button kind="quiet" small aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
            {t('prompts_asJson')}
          </Button>
          <CopyButton {...(isRaw ? { json: result } : payloadOf(result, messages))} />
        </span>
      </div>
      {isRaw ? (
        <JsonView value={result} label={t('prompts_asJson')} />
      ) : (
        <>
          {description !== '' && (
            <p class="quiet" dir="auto">
              <VisibleText text={description} />
            </p>
          )}
          {messages === undefined && <p class="badge warn">{t('prompts_noMessages')}</p>}
          {messages?.length === 0 && <p class="quiet">{t('prompts_empty')}</p>}
          <ol class="messages">
            {shown.map((message, i) => (
              <Message
                key={i}
                message={message}
                place={`prompt ${name} ${i}`}
                position={shown.length > 1 ? t('resources_position', formatNumber(i + 1), formatNumber(messages?.length ?? 0)) : ''}
              />
            ))}
          </ol>
          {messages !== undefined && messages.length > shown.length && (
            <p class="quiet">{t('prompts_moreMessages', formatNumber(messages.length - shown.length))}</p>
          )}
        </>
      )}
    </section>
  );
}

/** The two roles of the protocol have words of ours; any other is the server's own. */
function roleWords(role: unknown): string {
  if (role === 'user') return t('prompts_user');
  if (role === 'assistant') return t('prompts_assistant');
  return typeof role === 'string' ? role : t('prompts_noRole');
}

function Message({ message, position, place }: { message: unknown; position: string; place: string }) {
  const { role, content } = isJsonObject(message) ? message : {};
  // One block by the specification; some servers send several.
  const blocks = Array.isArray(content) ? content : [isJsonObject(message) ? content : message];
  return (
    <li class={`message ${role === 'assistant' ? 'assistant' : ''}`}>
      <p class="message-role" dir="auto">
        <VisibleText text={roleWords(role)} />
      </p>
      {blocks.map((block, i) => (
        <ContentBlock key={i} block={block} position={position} place={`${place} ${i}`} />
      ))}
    </li>
  );
}

/** Copies what a person means by a conversation: its text with the roles, where it is text alone; else all of it. */
function payloadOf(result: Result, messages: readonly unknown[] | undefined): Payload {
  const lines = (messages ?? []).map((message) => {
    const content = isJsonObject(message) && isJsonObject(message['content']) ? message['content'] : undefined;
    return content?.['type'] === 'text' && typeof content['text'] === 'string' && isJsonObject(message)
      ? `${String(message['role'])}: ${content['text']}`
      : undefined;
  });
  return lines.length > 0 && lines.every((line) => line !== undefined) ? { text: () => lines.join('\n\n') } : { json: result };
}
