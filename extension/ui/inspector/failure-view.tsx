/** Owns how a failed act is drawn: the words of its failure, the server's message as it came, and the button that helps. */
import type { ComponentChildren } from 'preact';
import type { CallFailure } from '../../gateway/mcp-connection.ts';
import { failureWords, mayHaveRun } from '../../state/inspector-failure.ts';
import { describeFailure, type Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton } from './payload-buttons.tsx';

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
          {failure.kind !== 'cancelled' && <CopyButton label="Copy details" text={() => detailsOf(failure, title)} />}
        </>
      }
    >
      <p>{meaning}</p>
      {detail !== undefined && detail !== '' && (
        <p class="notice-detail" dir="auto">
          <VisibleText text={detail} />
        </p>
      )}
      {children}
      {data !== undefined && (
        <details class="fold">
          <summary>Data of the error</summary>
          <JsonView value={data} label="Data of the error" />
        </details>
      )}
    </Notice>
  );
}

function detailsOf(failure: CallFailure, title: string): string {
  if (failure.kind === 'mooring') return describeFailure(failure, {});
  if (failure.kind === 'protocol') return JSON.stringify({ code: failure.code, message: failure.message, data: failure.data }, null, 2);
  return failure.kind === 'unexpected' ? `${title}\n${failure.message}` : title;
}
