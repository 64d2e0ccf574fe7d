/**
 * Owns an input whose server suggests what could go into it: a list below it, moved through by keyboard while one types on.
 * When the server is asked is completion.ts. Source: WAI-ARIA Authoring Practices, Combobox pattern with list autocomplete.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import { type CompletionRef, openCompletion, type Suggestions } from '../../state/completion.ts';
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
  const [active, setActive] = useState<string>();
  const shownAtMs = useRef(0);
  const suggestions = completion.suggestions.value;
  const { more } = suggestions ?? {};
  const values = suggestions === undefined ? [] : stillFitting(suggestions, value);
  const isShown = isOpen && values.length > 0 && !(values.length === 1 && values[0] === value);
  const listId = `${control.id}-suggestions`;
  const at = active === undefined ? -1 : values.indexOf(active);
  // Before a click can meet it.
  useLayoutEffect(() => {
    if (isShown) shownAtMs.current = performance.now();
  }, [isShown, suggestions]);

  const ask = (typed: string) => {
    setOpen(true);
    completion.want({ ref: completesOf, argument: { name, value: typed }, known });
  };
  const close = () => {
    setOpen(false);
    setActive(undefined);
    completion.stop();
  };
  const choose = (chosen: string) => {
    close();
    onValue(chosen);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    const chosen = values[at];
    if (key === 'ArrowDown' && !isShown) ask(value);
    else if (key === 'ArrowDown') setActive(values[(at + 1) % values.length]);
    else if (key === 'ArrowUp' && isShown) setActive(values[(Math.max(at, 0) + values.length - 1) % values.length]);
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
        aria-activedescendant={isShown && at >= 0 ? `${listId}-${at}` : undefined}
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
          {values.map((suggested, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's
            <div
              key={suggested}
              id={`${listId}-${i}`}
              class="suggestion"
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              // The input keeps the focus: losing it closes the list.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                if (performance.now() - shownAtMs.current > UNAIMED_MS) choose(suggested);
              }}
              ref={(element) => {
                if (i === at) element?.scrollIntoView({ block: 'nearest' });
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

/** Returns what of suggestions for an earlier text still fits, until the server has answered to what is typed now. */
function stillFitting({ value, values }: Suggestions, typed: string): string[] {
  if (value === typed) return values;
  const wanted = typed.toLowerCase();
  return values.filter((suggested) => suggested.toLowerCase().startsWith(wanted));
}
