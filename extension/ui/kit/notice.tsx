/** Owns how a failure or a warning is shown: what happened, what it means, and the button that helps. The sentences are in state/words.ts. */
import type { ComponentChildren } from 'preact';
import { type Remedy, wordsFor } from '../../state/words.ts';
import { Button } from './button.tsx';

type NoticeProps = {
  tone: 'info' | 'warn' | 'bad';
  title: string;
  children?: ComponentChildren;
  /** Text from elsewhere, shown as it is. */
  detail?: string | undefined;
  actions?: ComponentChildren;
};

/** A framed message; one of tone "bad" is read out at once. */
export function Notice({ tone, title, children, detail, actions }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p class="notice-title">{title}</p>
      {children !== undefined && <div class="notice-body">{children}</div>}
      {detail !== undefined && detail !== '' && (
        <p class="notice-detail" dir="auto">
          {detail}
        </p>
      )}
      {actions !== undefined && <div class="button-row notice-actions">{actions}</div>}
    </div>
  );
}

type FailureProps = {
  failure: { code: string; detail?: string | undefined; hint?: string | undefined };
  /** Does what the button says; a remedy that this place does not offer is left out by returning undefined. */
  act: (remedy: Remedy) => (() => void) | undefined;
  busy?: boolean;
  tone?: 'warn' | 'bad';
  /** More buttons, after the one that helps. */
  children?: ComponentChildren;
};

/** A failure in the words of its code, with the button that helps. */
export function Failure({ failure, act, busy = false, tone = 'bad', children }: FailureProps) {
  const words = wordsFor(failure.code);
  const remedy = act(words.remedy);
  return (
    <Notice
      tone={tone}
      title={words.title}
      detail={[failure.detail, failure.hint].filter(Boolean).join(' ')}
      actions={
        <>
          {remedy && (
            <Button small busy={busy} onClick={remedy}>
              {words.label}
            </Button>
          )}
          {children}
        </>
      }
    >
      {words.meaning}
    </Notice>
  );
}
