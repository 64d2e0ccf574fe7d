/** Owns the controls that contain others: nested objects, and lists with adding, removing and reordering. */
import { addItem, clearValue, moveItem, removeItem, setValue } from '../../state/schema-form/draft.ts';
import { type Control, type Field, initialArguments, initialItem } from '../../state/schema-form/field-model.ts';
import { isJsonObject, type Path, readAt, toPointer } from '../../state/schema-form/json-value.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { FieldFrame } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';
import { fieldError } from './value-fields.tsx';

type Props<Kind extends Control['kind']> = { field: Field; control: Extract<Control, { kind: Kind }>; place: FieldPlace };

export function ObjectField({ field, control, place }: Props<'object'>) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const isOpen = !field.folded || isJsonObject(value);
  const fields = isOpen ? control.fields() : [];
  const prunable = field.required ? place.prunable : [...place.prunable, place.path];
  const isOther = value !== undefined && !isJsonObject(value);
  return (
    <FieldFrame
      field={field}
      error={isOther ? 'This is not an object: change it in the JSON view.' : fieldError(form, { ...field, required: false }, place)}
      isGroup
    >
      {() =>
        isOpen ? (
          <>
            {!isOther && fields.map((child) => form.draw(child, { path: [...place.path, child.key], prunable }))}
            {field.folded && typeof field.key === 'string' && (
              <Button kind="quiet" small onClick={() => form.change(clearValue(form.draft, place.path, place.prunable))}>
                Remove {String(field.key)}
              </Button>
            )}
          </>
        ) : (
          <Button small onClick={() => form.change(setValue(form.draft, place.path, initialArguments(control.fields())))}>
            Add {String(field.key)}
          </Button>
        )
      }
    </FieldFrame>
  );
}

export function ListField({ field, control, place }: Props<'list'>) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const isOther = value !== undefined && !Array.isArray(value);
  const items = Array.isArray(value) ? value : [];
  const isFull = control.maxItems !== undefined && items.length >= control.maxItems;
  const ownError = isOther ? 'This is not a list: change it in the JSON view.' : fieldError(form, field, place);
  return (
    <FieldFrame field={field} error={ownError} isGroup>
      {() => (
        <>
          {items.length > 0 && (
            <ol class="items">
              {items.map((_, index) => (
                <ListItem
                  // Items have no identity of their own; every value in them is drawn from the draft.
                  key={index}
                  item={control.item(index)}
                  index={index}
                  count={items.length}
                  list={place}
                />
              ))}
            </ol>
          )}
          <Button
            small
            disabled={isFull || isOther}
            aria-label={`Add an item to ${field.key}`}
            onClick={() => {
              form.change(addItem(form.draft, place.path, initialItem(control.item(items.length))));
              announce(`Item ${items.length + 1} added`);
            }}
          >
            Add item
          </Button>
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
    announce(`Moved to position ${to + 1} of ${count}`);
  };
  return (
    <li class="item" data-place={toPointer(path)}>
      <div class="item-body">{form.draw(item, { path, prunable: [] })}</div>
      <div class="item-tools">
        <button
          type="button"
          class="icon-button"
          aria-label={`Move item ${index + 1} up`}
          disabled={index === 0}
          onClick={() => move(index - 1)}
        >
          ↑
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Move item ${index + 1} down`}
          disabled={index === count - 1}
          onClick={() => move(index + 1)}
        >
          ↓
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Remove item ${index + 1}`}
          onClick={() => {
            form.change(removeItem(form.draft, list.path, index, list.prunable));
            announce(`Item ${index + 1} removed`);
          }}
        >
          ×
        </button>
      </div>
    </li>
  );
}
