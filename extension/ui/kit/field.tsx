/** Owns a labelled input: label, hint and error tied to the control, so that screen readers say all three. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export type ControlProps = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': 'true' | undefined };

type FieldProps = {
  label: string;
  /** Nothing is sent without it. */
  isRequired?: boolean;
  /** The label is only heard: where the place makes it plain to see. */
  isLabelUnseen?: boolean;
  hint?: ComponentChildren;
  error?: string | undefined;
  /** Draws the control with the props that tie it to its label. */
  children: (control: ControlProps) => ComponentChildren;
};

export function Field({ label, isRequired = false, isLabelUnseen = false, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label class={isLabelUnseen ? 'unseen' : 'field-label'} for={id}>
        {label}
        {isRequired && <span class="field-required"> *</span>}
      </label>
      {children({ id, 'aria-describedby': describedBy || undefined, 'aria-invalid': error === undefined ? undefined : 'true' })}
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
