/** Owns what stands around every control: name, whether it is needed, type, description, error, all tied to it for screen readers. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Field } from '../../state/schema-form/field.ts';
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

/** Returns the name of a field as it is said; members of a list are counted from one. */
export const nameOf = ({ key }: Field): string => (typeof key === 'number' ? `${key + 1}` : key === '' ? t('form_arguments') : key);

export function FieldFrame({ field, error, isGroup = false, aside, remedy, children }: FrameProps) {
  const id = useId();
  const isAbout = field.description !== undefined && field.isBare !== true;
  const described = [isAbout && `${id}-about`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  const control: ControlProps = {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': error === undefined ? undefined : 'true',
    'aria-required': field.required && typeof field.key === 'string' ? 'true' : undefined,
  };
  const name = <FieldName field={field} />;
  const body = (
    <>
      {isAbout && (
        <p class="arg-about" id={`${id}-about`} dir="auto">
          <VisibleText text={field.description ?? ''} />
        </p>
      )}
      {children(control)}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          <VisibleText text={error} />
          {remedy}
        </p>
      )}
    </>
  );
  const isBare = field.isBare === true;
  if (isGroup)
    return (
      <fieldset class={`arg group${isBare ? ' bare' : ''}`} aria-describedby={control['aria-describedby']}>
        <legend class={isBare ? 'unseen' : 'arg-label'}>
          <span>{name}</span>
          {!isBare && aside}
        </legend>
        {isBare && aside}
        {body}
      </fieldset>
    );
  return (
    <div class={`arg${isBare ? ' bare' : ''}`}>
      <div class={isBare ? 'arg-label bare' : 'arg-label'}>
        <label for={id} class={isBare ? 'unseen' : undefined}>
          {name}
        </label>
        {aside}
      </div>
      {body}
    </div>
  );
}

function FieldName({ field }: { field: Field }) {
  return (
    <>
      <span class="arg-name" dir="auto">
        <VisibleText text={nameOf(field)} />
      </span>
      {field.required && typeof field.key === 'string' && (
        <span class="arg-required" title={t('form_required')}>
          *
        </span>
      )}
      <span class="arg-hint">
        {' '}
        <VisibleText text={field.hint} />
        {field.deprecated && <span class="badge warn">{t('form_deprecated')}</span>}
      </span>
      {field.title !== undefined && (
        <span class="arg-title" dir="auto">
          <VisibleText text={field.title} />
        </span>
      )}
    </>
  );
}
