/** Owns the list of tools: filter, count, and moving through it by keyboard. What is selected is the room's. */
import { Component } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Tool } from '../../gateway/mcp-connection.ts';
import { t } from '../../platform/i18n.ts';
import type { Run } from '../../state/run.ts';
import { Icon } from '../kit/icon.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { BreakableName } from './breakable-name.tsx';
import { FilterField } from './filter-field.tsx';
import { pickIcons } from './icon-source.ts';
import { ItemIcon } from './item-icon.tsx';
import { useStaged } from './staged.ts';
import { titleOf } from './tool-badges.tsx';

/** Returns the tools that have every word of the filter in name, title or description. Pure. */
export function filterTools(tools: readonly Tool[], filter: string): Tool[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return tools.filter((tool) => {
    const text = `${tool.name} ${titleOf(tool)} ${tool.description ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Returns a line about a tool, for where the list has the room. */
function aboutOf(tool: Tool): string {
  const [line = ''] = (tool.description ?? '').trim().split('\n', 1);
  return (line || titleOf(tool)).slice(0, 200);
}

/** Returns the favourites first; both parts in the server's order. */
export function favouritesFirst(tools: readonly Tool[], favourites: readonly string[]): Tool[] {
  const starred = new Set(favourites);
  return [...tools.filter(({ name }) => starred.has(name)), ...tools.filter(({ name }) => !starred.has(name))];
}

type Props = {
  tools: readonly Tool[];
  selected: string | undefined;
  filter: string;
  runs: ReadonlyMap<string, Run>;
  favourites: readonly string[];
  onFilter: (filter: string) => void;
  onSelect: (tool: string) => void;
};

export function ToolList({ tools, selected, filter, runs, favourites, onFilter, onSelect }: Props) {
  const shown = useMemo(() => favouritesFirst(filterTools(tools, filter), favourites), [tools, filter, favourites]);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const entry = shown.find(({ name }) => name === focused) ?? shown.find(({ name }) => name === selected) ?? shown[0];

  const focusAt = (index: number) => {
    const options = list.current?.querySelectorAll<HTMLElement>('[role=option]');
    options?.[Math.max(0, Math.min(index, options.length - 1))]?.focus();
  };
  const move = (event: KeyboardEvent, at: number) => {
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: shown.length - 1,
      PageDown: at + 10,
      PageUp: at - 10,
    };
    const to = steps[event.key];
    if (event.key === 'ArrowUp' && at === 0) input.current?.focus();
    else if (to !== undefined) focusAt(to);
    else return;
    event.preventDefault();
  };

  const starred = useMemo(() => new Set(favourites), [favourites]);
  const hasIcons = useMemo(() => tools.some(({ icons }) => pickIcons(icons) !== undefined), [tools]);
  const latest = useRef({ select: onSelect, move, focus: setFocused });
  latest.current = { select: onSelect, move, focus: setFocused };
  // The same for good: an option is drawn again only where something about it has changed.
  const acts = useMemo<Acts>(
    () => ({
      select: (name) => latest.current.select(name),
      move: (event, at) => latest.current.move(event, at),
      focus: (name) => latest.current.focus(name),
    }),
    [],
  );

  return (
    <div class="tool-list">
      <FilterField
        input={input}
        label={t('tools_filterTools')}
        value={filter}
        shown={shown.length}
        total={tools.length}
        onFilter={onFilter}
        onDown={() => focusAt(entry === undefined ? 0 : shown.indexOf(entry))}
        onChoose={() => shown[0] !== undefined && onSelect(shown[0].name)}
      />
      <div ref={list} class="options" role="listbox" aria-label={t('panel_tools')}>
        {/* Another filter is another list: drawn anew, a part with each frame. */}
        <Options
          key={filter}
          shown={shown}
          selected={selected}
          entry={entry}
          runs={runs}
          starred={starred}
          hasIcons={hasIcons}
          acts={acts}
        />
      </div>
      {shown.length === 0 && <p class="quiet none">{tools.length === 0 ? t('tools_none') : t('tools_noMatch')}</p>}
    </div>
  );
}

type OptionsProps = {
  shown: readonly Tool[];
  selected: string | undefined;
  entry: Tool | undefined;
  runs: ReadonlyMap<string, Run>;
  starred: ReadonlySet<string>;
  hasIcons: boolean;
  acts: Acts;
};

function Options({ shown, selected, entry, runs, starred, hasIcons, acts }: OptionsProps) {
  const drawn = shown.slice(0, useStaged(shown.length));
  return (
    <>
      {drawn.map((tool, index) => (
        <Option
          key={tool.name}
          tool={tool}
          index={index}
          isSelected={tool.name === selected}
          isEntry={tool === entry}
          isRunning={runs.get(tool.name)?.kind === 'running'}
          isFavourite={starred.has(tool.name)}
          endsFavourites={starred.has(tool.name) && !starred.has(shown[index + 1]?.name ?? '')}
          hasIcons={hasIcons}
          acts={acts}
        />
      ))}
    </>
  );
}

type Acts = { select: (name: string) => void; move: (event: KeyboardEvent, at: number) => void; focus: (name: string) => void };
type OptionProps = {
  tool: Tool;
  index: number;
  isSelected: boolean;
  /** Where Tab gets into the list. */
  isEntry: boolean;
  isRunning: boolean;
  isFavourite: boolean;
  endsFavourites: boolean;
  /** Some of the list have one: all names begin where theirs do. */
  hasIcons: boolean;
  acts: Acts;
};

/** Drawn again only where something about it has changed: one of a thousand is selected, and the others have no part in that. */
class Option extends Component<OptionProps> {
  override shouldComponentUpdate(next: OptionProps): boolean {
    return Object.entries(next).some(([name, value]) => this.props[name as keyof OptionProps] !== value);
  }

  override render({ tool, index, isSelected, isEntry, isRunning, isFavourite, endsFavourites, hasIcons, acts }: OptionProps) {
    return (
      <div
        class={endsFavourites ? 'option ends-group' : 'option'}
        role="option"
        aria-selected={isSelected}
        tabIndex={isEntry ? 0 : -1}
        title={spellHidden(titleOf(tool) || tool.name)}
        onClick={() => acts.select(tool.name)}
        onFocus={() => acts.focus(tool.name)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            if (!event.ctrlKey && !event.metaKey) acts.select(tool.name);
          } else acts.move(event, index);
        }}
      >
        {hasIcons && (
          <span class="option-icon">
            <ItemIcon icons={tool['icons']} />
          </span>
        )}
        <span class="option-text">
          <span class="option-name" dir="auto">
            <BreakableName name={tool.name.slice(0, 300)} />
          </span>
          <span class="option-about clip" dir="auto">
            <VisibleText text={aboutOf(tool)} />
          </span>
        </span>
        {isFavourite && (
          <span class="star is-on" title={t('tools_favourite')}>
            <Icon name="star" />
          </span>
        )}
        {isRunning && <Spinner />}
      </div>
    );
  }
}
