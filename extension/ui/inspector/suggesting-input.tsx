/**
 * Owns an input whose server suggests what could go into it: a list below it, moved through by keyboard while one types on.
 * When the server is asked is completion.ts. Source: WAI-ARIA Authoring Practices, Combobox pattern with list autocomplete.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import { type CompletionRef, openCompletion } from '../../state/completion.ts';
import type { SharedConnection } from '../../state/inspector-connection.ts';
import type { ControlProps } from '../kit/field.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

/** The list comes when the server answers, maybe just under a pointer that meant something else: its first clicks count for nothing, ms. */
const UNAIMED_MS = 350;

type Props = {
  control: ControlProps;
  name: string;
  value: string;
  isRequired: boolean;
  completesOf: CompletionRef;
  /** The other arguments that have a value. */
  known: { [name: string]: string };
  connection: SharedConnection;
  onValue: (value: string) => void;
};

export function SuggestingInput({ control, name, value, isRequired, completesOf, known, connection, onValue }: Props) {
  const completion = useMemo(() => openCompletion(connection), [connection]);
  useEffect(() => completion.stop, [completion]);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const shownAtMs = useRef(0);
  const { values = [], more } = completion.suggestions.value ?? {};
  const isShown = isOpen && values.length > 0 && !(values.length === 1 && values[0] === value);
  const listId = `${control.id}-suggestions`;
  useEffect(() => {
    setActive(-1);
    if (isShown) shownAtMs.current = performance.now();
  }, [isShown, completion.suggestions.value]);

  const ask = (typed: string) => {
    setOpen(true);
    completion.want({ ref: completesOf, argument: { name, value: typed }, known });
  };
  const close = () => {
    setOpen(false);
    completion.stop();
  };
  const choose = (chosen: string) => {
    close();
    onValue(chosen);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    const chosen = values[active];
    if (key === 'ArrowDown' && !isShown) ask(value);
    else if (key === 'ArrowDown') setActive((active + 1) % values.length);
    else if (key === 'ArrowUp' && isShown) setActive((Math.max(active, 0) + values.length - 1) % values.length);
    else if (key === 'Enter' && isShown && chosen !== undefined && !event.ctrlKey && !event.metaKey) choose(chosen);
    else if (key === 'Escape' && isShown) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="suggesting">
      <input
        {...control}
        class="input"
        role="combobox"
        type="text"
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        aria-autocomplete="list"
        aria-required={isRequired}
        aria-expanded={isShown}
        aria-controls={isShown ? listId : undefined}
        aria-activedescendant={isShown && active >= 0 ? `${listId}-${active}` : undefined}
        value={value}
        onFocus={() => ask(value)}
        onBlur={close}
        onInput={(event) => {
          onValue(event.currentTarget.value);
          ask(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {isShown && (
        <div class="suggestions" id={listId} role="listbox" aria-label={t('resources_suggestions')}>
          {values.map((suggested, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's
            <div
              key={suggested}
              id={`${listId}-${at}`}
              class="suggestion"
              role="option"
              tabIndex={-1}
              aria-selected={at === active}
              // The input keeps the focus: losing it closes the list.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                if (performance.now() - shownAtMs.current > UNAIMED_MS) choose(suggested);
              }}
              ref={(element) => {
                if (at === active) element?.scrollIntoView({ block: 'nearest' });
              }}
            >
              <VisibleText text={suggested} />
            </div>
          ))}
          {more !== 0 && (
            <p class="suggestions-more quiet" role="presentation">
              {more === undefined ? t('resources_moreSuggestions') : t('resources_countMoreSuggestions', formatNumber(more))}
            </p>
          )}
        </div>
      )}
      <span class="unseen" role="status">
        {isShown ? tCount('resources_suggested', values.length) : ''}
      </span>
    </div>
  );
}
