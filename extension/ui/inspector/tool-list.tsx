/** Owns the list of tools: filter, count, and moving through it by keyboard. What is selected is the room's. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Tool } from '../../gateway/mcp-connection.ts';
import type { Run } from '../../state/inspector-runs.ts';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
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

type Props = {
  tools: readonly Tool[];
  selected: string | undefined;
  filter: string;
  runs: ReadonlyMap<string, Run>;
  onFilter: (filter: string) => void;
  onSelect: (tool: string) => void;
};

export function ToolList({ tools, selected, filter, runs, onFilter, onSelect }: Props) {
  const shown = filterTools(tools, filter);
  const drawn = shown.slice(0, useStaged(shown.length));
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const entry = shown.find(({ name }) => name === focused) ?? shown.find(({ name }) => name === selected) ?? shown[0];

  useEffect(() => {
    const focusFilter = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.matches('input:not([type=radio], [type=checkbox]), textarea, select');
      const isFind = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
      if (!isFind && (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', focusFilter);
    return () => document.removeEventListener('keydown', focusFilter);
  }, []);

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

  return (
    <div class="tool-list">
      <div class="filter">
        <input
          ref={input}
          class="input"
          type="search"
          placeholder="Filter"
          aria-label="Filter tools"
          aria-keyshortcuts="/"
          title="Press / to get here"
          value={filter}
          onInput={(event) => onFilter(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              focusAt(entry === undefined ? 0 : shown.indexOf(entry));
            } else if (event.key === 'Enter' && shown[0] !== undefined) onSelect(shown[0].name);
            else if (event.key === 'Escape' && filter !== '') {
              event.preventDefault();
              onFilter('');
            }
          }}
        />
        <p class="unseen" role="status">
          {filter === '' ? '' : `${shown.length} of ${tools.length} tools`}
        </p>
      </div>
      <div ref={list} class="options" role="listbox" aria-label="Tools">
        {drawn.map((tool, index) => (
          <div
            key={tool.name}
            class="option"
            role="option"
            aria-selected={tool.name === selected}
            tabIndex={tool === entry ? 0 : -1}
            title={titleOf(tool) || tool.name}
            onClick={() => onSelect(tool.name)}
            onFocus={() => setFocused(tool.name)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                if (!event.ctrlKey && !event.metaKey) onSelect(tool.name);
              } else move(event, index);
            }}
          >
            <span class="option-text">
              <span class="clip" dir="auto">
                <VisibleText text={tool.name} />
              </span>
              <span class="option-about clip" dir="auto">
                <VisibleText text={aboutOf(tool)} />
              </span>
            </span>
            {runs.get(tool.name)?.kind === 'running' && <Spinner />}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p class="quiet none">{tools.length === 0 ? 'No tools.' : 'No tool matches.'}</p>}
    </div>
  );
}
