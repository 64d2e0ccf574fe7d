/** Owns the frame around what is not plain text: its name, what is known of it, and what can be done with it. */
import type { ComponentChildren } from 'preact';
import { VisibleText } from '../kit/visible-text-view.tsx';

type Props = {
  title: string;
  /** Empty ones are left out. */
  facts?: readonly string[];
  actions?: ComponentChildren;
  children?: ComponentChildren;
};

export function ContentFrame({ title, facts = [], actions, children }: Props) {
  return (
    <div class="frame">
      <div class="frame-head">
        <span class="frame-title" dir="auto">
          <VisibleText text={title} />
        </span>
        {facts.filter(Boolean).map((fact) => (
          <span key={fact} class="badge">
            <VisibleText text={fact} />
          </span>
        ))}
        <span class="frame-actions">{actions}</span>
      </div>
      {children}
    </div>
  );
}
