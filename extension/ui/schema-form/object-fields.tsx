/** Owns the control of an object: the members that its schema names, and those that the user names. */
import { useId, useState } from 'preact/hooks';
import { formatNumber, t } from '../../platform/i18n.ts';
import { addMember, clearValue, setValue, typeName } from '../../state/schema-form/draft.ts';
import type { Control, Field } from '../../state/schema-form/field.ts';
import { MANY } from '../../state/schema-form/field-conditions.ts';
import { initialItem, initialMembers } from '../../state/schema-form/field-initial.ts';
import { isJsonObject, type Path, readAt, toPointer } from '../../state/schema-form/json-value.ts';
import { announce } from '../kit/announcer.tsx';
import { Button, IconButton } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { fieldError } from './field-error.ts';
import { FieldFrame, nameOf } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';

type ObjectControl = Extract<Control, { kind: 'object' }>;
type Props = { field: Field; control: ObjectControl; place: FieldPlace };

export function ObjectField({ field, control, place }: Props) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const isOpen = !field.folded || isJsonObject(value);
  const prunable = field.required ? place.prunable : [...place.prunable, place.path];
  const isOther = value !== undefined && !isJsonObject(value) && !(value === null && field.nullable);
  const isRemovable = typeof field.key === 'string' && field.isBare !== true && (field.folded || !field.required) && value !== undefined;
  return (
    <FieldFrame field={field} error={isOther ? t('form_noObject') : fieldError(form, { ...field, required: false }, place)} isGroup>
      {() =>
        isOpen ? (
          <>
            {!isOther && <Members control={control} path={place.path} prunable={prunable} />}
            {field.folded && isRemovable && (
              <Button kind="quiet" small onClick={() => form.change(clearValue(form.draft, place.path, place.prunable))}>
                {t('form_removeNamed', nameOf(field))}
              </Button>
            )}
            {field.required && value === undefined && form.attempted && (
              <SendEmpty label={t('form_sendEmptyObject')} onSend={() => form.change(setValue(form.draft, place.path, {}))} />
            )}
          </>
        ) : (
          <Button small onClick={() => form.change(setValue(form.draft, place.path, initialMembers(control.fields())))}>
            {t('form_addNamed', nameOf(field))}
          </Button>
        )
      }
    </FieldFrame>
  );
}

function SendEmpty({ label, onSend }: { label: string; onSend: () => void }) {
  return (
    <p class="field-error">
      {t('form_isRequired')}{' '}
      <Button kind="quiet" small onClick={onSend}>
        {label}
      </Button>
    </p>
  );
}

type MembersProps = { control: ObjectControl; path: Path; prunable: readonly Path[] };

/** The members of an object, without a frame around them. */
export function Members({ control, path, prunable }: MembersProps) {
  const form = useForm();
  const value = readAt(form.draft.arguments, path);
  const [limit, setLimit] = useState(MANY);
  const fields = control.fields(value, limit);
  const own = isJsonObject(value) ? Object.keys(value).filter((name) => !control.knows(name, value)) : [];
  const drawn = control.entry === undefined ? [] : own.slice(0, limit);
  const unknown = own.slice(drawn.length);
  const left = control.size - fields.length;
  return (
    <>
      {fields.map((child) => form.draw(child, { path: [...path, child.key], prunable }))}
      {left > 0 && (
        <p class="quiet more-members">
          <Button small onClick={() => setLimit(limit + MANY)}>
            {t('form_showMore', formatNumber(Math.min(left, MANY)))}
          </Button>{' '}
          {t('form_notShown', formatNumber(left))}
        </p>
      )}
      {drawn.map((name) => (
        <OwnMember key={name} name={name} field={control.entry?.(name)} path={path} prunable={prunable} />
      ))}
      {control.entry !== undefined && (
        <NewMember entry={control.entry} path={path} taken={(name) => control.knows(name, value) || own.includes(name)} />
      )}
      {unknown.length > 0 && (
        <p class="quiet" dir="auto">
          <VisibleText text={t('form_sentToo', unknown.join(', '))} />
        </p>
      )}
    </>
  );
}

type OwnMemberProps = { name: string; field: Field | undefined; path: Path; prunable: readonly Path[] };

function OwnMember({ name, field, path, prunable }: OwnMemberProps) {
  const form = useForm();
  const place = [...path, name];
  if (field === undefined)
    return (
      <p class="field-error" dir="auto">
        <VisibleText text={t('form_nameNotAllowed', name)} />{' '}
        <Button kind="quiet" small onClick={() => form.change(clearValue(form.draft, place, prunable))}>
          {t('form_removeNamed', name)}
        </Button>
      </p>
    );
  return (
    <div class="item own-member">
      {/* It goes with its button, not with the last letter that is taken out of it. */}
      <div class="item-body">{form.draw({ ...field, required: true }, { path: place, prunable: [], keepsEmpty: true })}</div>
      <div class="item-tools">
        <IconButton
          icon="close"
          label={t('form_removeNamed', name)}
          onClick={() => {
            form.change(clearValue(form.draft, place, prunable));
            announce(t('form_removed', name));
          }}
        />
      </div>
    </div>
  );
}

type NewMemberProps = { entry: (name: string) => Field | undefined; path: Path; taken: (name: string) => boolean };

/** Where the user gives a name to a member: it is sent from then on. */
function NewMember({ entry, path, taken }: NewMemberProps) {
  const form = useForm();
  const id = useId();
  const name = form.draft.notes.names[toPointer(path)] ?? '';
  const field = name === '' ? undefined : entry(name);
  const error =
    name === '' ? undefined : taken(name) ? t('form_nameTaken', name) : field === undefined ? t('form_nameNotAllowed', name) : undefined;
  const add = () => {
    if (field === undefined || error !== undefined) return;
    form.change(addMember(form.draft, path, name, initialItem(field)));
    announce(t('form_added', name));
  };
  return (
    <div class="new-member">
      <label class="unseen" for={id}>
        {t('form_newName')}
      </label>
      <input
        id={id}
        class="input"
        placeholder={t('form_newName')}
        autocomplete="off"
        spellcheck={false}
        value={name}
        aria-invalid={error === undefined ? undefined : 'true'}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onInput={(event) => form.change(typeName(form.draft, path, event.currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          add();
        }}
      />
      <Button small disabled={name === '' || error !== undefined} onClick={add}>
        {t('form_add')}
      </Button>
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`} dir="auto">
          <VisibleText text={error} />
        </p>
      )}
    </div>
  );
}
