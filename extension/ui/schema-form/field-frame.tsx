/** Owns what stands around every control: name, whether it is needed, type, description, error, all tied to it for screen readers. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Field } from '../../state/schema-form/field-model.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';

export type ControlProps = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
  'aria-required': 'true' | undefined;
};

type FrameProps = {
  field: Field;
  error: string | undefined;
  /** Several controls under one name: a fieldset with a legend instead of a label. */
  isGroup?: boolean;
  /** Buttons beside the name. */
  aside?: ComponentChildren;
  /** A button that resolves the error. */
  remedy?: ComponentChildren;
  children: (control: ControlProps) => ComponentChildren;
};

const nameOf = (key: string | number): string => (typeof key === 'number' ? `${key + 1}` : key);

export function FieldFrame({ field, error, isGroup = false, aside, remedy, children }: FrameProps) {
  const id = useId();
  const described = [field.description !== undefined && `${id}-about`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  const control: ControlProps = {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': error === undefined ? undefined : 'true',
    'aria-required': field.required && typeof field.key === 'string' ? 'true' : undefined,
  };
  const name = (
    <>
      <span class="arg-name" dir="auto">
        <VisibleText text={nameOf(field.key)} />
      </span>
      {field.required && typeof field.key === 'string' && (
        <span class="arg-required" title="Required">
          *
        </span>
      )}
      <span class="arg-hint"> {field.hint}</span>
      {field.title !== undefined && (
        <span class="arg-title" dir="auto">
          <VisibleText text={field.title} />
        </span>
      )}
    </>
  );
  const body = (
    <>
      {field.description !== undefined && (
        <p class="arg-about" id={`${id}-about`} dir="auto">
          <VisibleText text={field.description} />
        </p>
      )}
      {children(control)}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
          {remedy}
        </p>
      )}
    </>
  );
  if (isGroup)
    return (
      <fieldset class="arg group" aria-describedby={control['aria-describedby']}>
        <legend class="arg-label">
          <span>{name}</span>
          {aside}
        </legend>
        {body}
      </fieldset>
    );
  return (
    <div class="arg">
      <div class="arg-label">
        <label for={id}>{name}</label>
        {aside}
      </div>
      {body}
    </div>
  );
}
