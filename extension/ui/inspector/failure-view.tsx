/** Owns how a failed act is drawn: the words of its failure, the server's message as it came, and the button that helps. */
import type { ComponentChildren } from 'preact';
import type { CallFailure } from '../../gateway/mcp-connection.ts';
import { t } from '../../platform/i18n.ts';
import { failureWords, mayHaveRun } from '../../state/inspector-failure.ts';
import { pagesRequired } from '../../state/questions/url-required.ts';
import { describeFailure, type Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { lazily } from '../kit/lazily.tsx';
import { Notice } from '../kit/notice.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton } from './payload-buttons.tsx';

// Loaded with the first failure that wants a page visited first.
const UrlRequired = lazily(async () => (await import('../questions/url-required.tsx')).UrlRequired);

type Props = {
  failure: CallFailure;
  /** What was tried: repeating a read is harmless, repeating a call is not. */
  act: 'call' | 'read';
  /** Does what the button says; undefined where this place does not offer it. */
  remedies: Partial<Record<Remedy, () => void>>;
  busy?: boolean;
  /** What belongs to this failure only, and its buttons. */
  children?: ComponentChildren;
  actions?: ComponentChildren;
};

export function FailureView({ failure, act, remedies, busy = false, children, actions }: Props) {
  const { title, meaning, detail, remedy, label } = failureWords(failure, act);
  const help = remedy && remedies[remedy];
  const pages = pagesRequired(failure);
  const data = failure.kind === 'protocol' ? failure.data : undefined;
  return (
    <Notice
      tone={failure.kind === 'cancelled' ? 'info' : mayHaveRun(failure) && act === 'call' ? 'warn' : 'bad'}
      title={title}
      actions={
        <>
          {help && (
            <Button small busy={busy} onClick={help}>
              {label}
            </Button>
          )}
          {actions}
          {failure.kind !== 'cancelled' && <CopyButton label={t('result_copyDetails')} text={() => detailsOf(failure, title)} />}
        </>
      }
    >
      <p class="failure-kind">
        <span class={`badge${failure.kind === 'protocol' ? ' bad' : ''}`}>{kindWords(failure)}</span>
        {failure.kind === 'protocol' && <span class="quiet"> {codeWords(failure.code)}</span>}
      </p>
      <p>{meaning}</p>
      {detail !== undefined && detail !== '' && (
        <p class="notice-detail" dir="auto">
          <VisibleText text={detail} />
        </p>
      )}
      {pages.length > 0 && <UrlRequired pages={pages} />}
      {children}
      {data !== undefined && (
        <details class="fold">
          <summary>{t('result_errorData')}</summary>
          <JsonView value={data} label={t('result_errorData')} />
        </details>
      )}
    </Notice>
  );
}

/** Whose error it is: a tool's own is a result and is not drawn here. */
function kindWords({ kind }: CallFailure): string {
  switch (kind) {
    case 'protocol':
      return t('result_kindProtocol');
    case 'mooring':
    case 'unexpected':
      return t('result_kindMooring');
    case 'cancelled':
      return t('result_kindYours');
    case 'network':
    case 'interrupted':
    case 'timeout':
      return t('result_kindConnection');
  }
}

/** What the code of a JSON-RPC error stands for. Source: JSON-RPC 2.0, section 5.1; MCP 2025-11-25, Resources > Error handling. */
function codeWords(code: number): string {
  const words: Record<number, string> = {
    [-32_700]: t('result_codeParse'),
    [-32_600]: t('result_codeRequest'),
    [-32_601]: t('result_codeMethod'),
    [-32_602]: t('result_codeParams'),
    [-32_603]: t('result_codeInternal'),
    [-32_002]: t('result_codeResource'),
  };
  return words[code] ?? '';
}

function detailsOf(failure: CallFailure, title: string): string {
  if (failure.kind === 'mooring') return describeFailure(failure, {});
  if (failure.kind === 'protocol') return JSON.stringify({ code: failure.code, message: failure.message, data: failure.data }, null, 2);
  return failure.kind === 'unexpected' ? `${title}\n${failure.message}` : title;
}
