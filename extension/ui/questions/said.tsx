/** Owns how what a server says in a question is drawn: in a frame of its own, so that nobody takes it for Mooring's word. Text only. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

/** Characters that are drawn before more is asked for, and those that are drawn at most. */
const MAX_FIRST = 1500;
const MAX_DRAWN = 100_000;

/** Everything inside is the server's. */
export function Said({ label, isForm = false, children }: { label: string; isForm?: boolean; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div class={`said${isForm ? ' form' : ''}`} role="group" aria-label={label}>
      <p class="said-label">{label}</p>
      {children}
    </div>
  );
}

export function SaidText({ text, isCode = false }: { text: string; isCode?: boolean }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > MAX_FIRST * 1.2;
  const shown = isLong && !isWhole ? `${text.slice(0, MAX_FIRST)}…` : text.slice(0, MAX_DRAWN);
  return (
    <>
      <p class={`said-text${isCode ? ' mono' : ''}`} dir="auto">
        <VisibleText text={shown} />
      </p>
      {text.length > MAX_DRAWN && isWhole && <p class="said-note">{t('questions_cut')}</p>}
      {isLong && (
        <Button kind="quiet" small aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('questions_less') : t('questions_all')}
        </Button>
      )}
    </>
  );
}

/** JSON that is drawn when it is opened. */
export function SaidJson({ title, value }: { title: string; value: unknown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="said-json" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <SaidText isCode text={JSON.stringify(value, null, 2) ?? ''} />}
    </details>
  );
}
