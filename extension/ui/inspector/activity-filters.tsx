/** Owns the filters of the activity that are seldom needed: direction, method, device. */
import { useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { ActivityRow } from '../../state/inspector-activity.ts';
import { type ActivityView, countFilters, DIRECTIONS, facetsOf } from '../../state/inspector-activity-filter.ts';
import { Button } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';
import { spellHidden } from '../kit/visible-text.ts';

type Props = { view: ActivityView; rows: readonly ActivityRow[]; onView: (change: Partial<ActivityView>) => void };

export function ActivityFilters({ view, rows, onView }: Props) {
  const { methods, devices } = useMemo(() => facetsOf(rows, view), [rows, view.method, view.device]);
  const directions = DIRECTIONS.map((value) => ({ value, label: t(value === 'to-server' ? 'activity_toServer' : 'activity_fromServer') }));
  return (
    <fieldset class="activity-filters" aria-label={t('activity_filters')}>
      <Choice
        label={t('activity_direction')}
        any={t('activity_anyDirection')}
        value={view.direction}
        choices={directions}
        onChoose={(value) => onView({ direction: DIRECTIONS.find((direction) => direction === value) })}
      />
      <Choice
        label={t('activity_method')}
        any={t('activity_anyMethod')}
        value={view.method}
        choices={methods.map(toChoice)}
        onChoose={(method) => onView({ method })}
      />
      <Choice
        label={t('activity_device')}
        any={t('activity_anyDevice')}
        value={view.device}
        choices={devices.map(toChoice)}
        onChoose={(device) => onView({ device })}
      />
      <Button
        kind="quiet"
        small
        aria-disabled={countFilters(view) === 0}
        onClick={() => onView({ direction: undefined, method: undefined, device: undefined })}
      >
        {t('activity_anything')}
      </Button>
    </fieldset>
  );
}

const toChoice = (value: string) => ({ value, label: spellHidden(value).slice(0, 80) });

type ChoiceProps = {
  label: string;
  any: string;
  value: string | undefined;
  choices: readonly { value: string; label: string }[];
  onChoose: (value: string | undefined) => void;
};

function Choice({ label, any, value, choices, onChoose }: ChoiceProps) {
  return (
    <Field label={label}>
      {(control) => (
        <select {...control} class="input" value={value ?? ''} onChange={(event) => onChoose(event.currentTarget.value || undefined)}>
          <option value="">{any}</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
