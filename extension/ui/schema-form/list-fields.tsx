/** Owns the control of a list: its items, with adding, removing and reordering. */
import { formatNumber, t } from '../../platform/i18n.ts';
import { addItem, clearValue, moveItem, removeItem, setValue } from '../../state/schema-form/draft.ts';
import type { Control, Field } from '../../state/schema-form/field.ts';
import { initialItem } from '../../state/schema-form/field-initial.ts';
import { type Path, readAt, toPointer } from '../../state/schema-form/json-value.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { fieldError } from './field-error.ts';
import { FieldFrame, nameOf } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';
import { NullButton } from './value-fields.tsx';

type Props = { field: Field; control: Extract<Control, { kind: 'list' }>; place: FieldPlace };

/** Items that are drawn; a longer list is edited as JSON. */
const MAX_DRAWN = 200;

export function ListField({ field, control, place }: Props) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const isOther = value !== undefined && !Array.isArray(value) && !(value === null && field.nullable);
  const items = Array.isArray(value) ? value : [];
  const isFull = control.maxItems !== undefined && items.length >= control.maxItems;
  const isEmpty = Array.isArray(value) && items.length === 0;
  const error = isOther ? t('form_noList') : fieldError(form, field, place);
  return (
    <FieldFrame field={field} error={error} isGroup aside={<NullButton field={field} place={place} />}>
      {() => (
        <>
          {items.length > 0 && (
            <ol class="items">
              {items.slice(0, MAX_DRAWN).map((_, index) => (
                // Items have no identity of their own; every value in them is drawn from the draft.
                <ListItem key={index} item={control.item(index)} index={index} count={items.length} list={place} />
              ))}
            </ol>
          )}
          {items.length > MAX_DRAWN && <p class="quiet">{t('form_itemsNotShown', formatNumber(items.length - MAX_DRAWN))}</p>}
          {isEmpty && (
            <p class="quiet">
              {t('form_emptyListSent')}{' '}
              {typeof field.key === 'string' && (
                <Button kind="quiet" small onClick={() => form.change(clearValue(form.draft, place.path, place.prunable))}>
                  {t('form_doNotSend')}
                </Button>
              )}
            </p>
          )}
          <div class="button-row">
            <Button
              small
              disabled={isFull || isOther}
              aria-label={t('form_addItemTo', nameOf(field))}
              onClick={() => {
                form.change(addItem(form.draft, place.path, initialItem(control.item(items.length))));
                announce(t('form_itemAdded', items.length + 1));
              }}
            >
              {t('form_addItem')}
            </Button>
            {value === undefined && control.minItems === 0 && (
              <Button kind="quiet" small onClick={() => form.change(setValue(form.draft, place.path, []))}>
                {t('form_sendEmptyList')}
              </Button>
            )}
          </div>
        </>
      )}
    </FieldFrame>
  );
}

type ListItemProps = { item: Field; index: number; count: number; list: FieldPlace };

function ListItem({ item, index, count, list }: ListItemProps) {
  const form = useForm();
  const path: Path = [...list.path, index];
  const move = (to: number) => {
    form.change(moveItem(form.draft, list.path, index, to));
    announce(t('form_itemMoved', to + 1, count));
  };
  return (
    <li class="item" data-place={toPointer(path)}>
      <div class="item-body">{form.draw(item, { path, prunable: [] })}</div>
      <div class="item-tools">
        <button
          type="button"
          class="icon-button"
          aria-label={t('form_moveUp', index + 1)}
          disabled={index === 0}
          onClick={() => move(index - 1)}
        >
          ↑
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t('form_moveDown', index + 1)}
          disabled={index === count - 1}
          onClick={() => move(index + 1)}
        >
          ↓
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t('form_removeItem', index + 1)}
          onClick={() => {
            form.change(removeItem(form.draft, list.path, index, list.prunable));
            announce(t('form_itemRemoved', index + 1));
          }}
        >
          ×
        </button>
      </div>
    </li>
  );
}
