/** Owns the fields for values that are text: variables of a template, arguments of a prompt. What they are sent for is their caller's. */
import { t } from '../../platform/i18n.ts';
import type { CompletionRef } from '../../state/completion.ts';
import type { SharedConnection } from '../../state/inspector-connection.ts';
import { Field } from '../kit/field.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { SuggestingInput } from './suggesting-input.tsx';

export type TextArgument = { name: string; title?: string; description?: string; isRequired: boolean };
export type ArgumentValues = { [name: string]: string };

const textOf = (values: ArgumentValues, name: string): string => (Object.hasOwn(values, name) ? (values[name] ?? '') : '');

/** Returns the required arguments that have no value. Pure. */
export const missingOf = (given: readonly TextArgument[], values: ArgumentValues): TextArgument[] =>
  given.filter(({ name, isRequired }) => isRequired && textOf(values, name) === '');

type Props = {
  arguments: readonly TextArgument[];
  values: ArgumentValues;
  completesOf: CompletionRef;
  connection: SharedConnection;
  /** Whether somebody has tried to send them: until then nothing is a fault. */
  attempted: boolean;
  onValues: (values: ArgumentValues) => void;
};

export function ArgumentFields({ arguments: given, values, completesOf, connection, attempted, onValues }: Props) {
  return (
    <div class="argument-fields">
      {given.map(({ name, title = '', description = '', isRequired }) => {
        const value = textOf(values, name);
        const known = Object.fromEntries(Object.entries(values).filter(([other, text]) => other !== name && text !== ''));
        const hint = [title !== '' && title !== name ? title : '', description].filter(Boolean).join(': ');
        return (
          <Field
            key={name}
            label={spellHidden(name)}
            isRequired={isRequired}
            hint={hint === '' ? undefined : <VisibleText text={hint.slice(0, 600)} />}
            error={attempted && isRequired && value === '' ? t('prompts_required') : undefined}
          >
            {(control) => (
              <SuggestingInput
                control={control}
                name={name}
                value={value}
                isRequired={isRequired}
                completesOf={completesOf}
                known={known}
                connection={connection}
                onValue={(text) => onValues({ ...values, [name]: text })}
              />
            )}
          </Field>
        );
      })}
    </div>
  );
}
