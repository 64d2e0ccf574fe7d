/**
 * Owns what is done with a tool's arguments: run, the other view, reset, earlier arguments; and how long a call may be silent.
 * What comes up later stands after what was there, so that nothing moves from under the pointer.
 */
import { useId } from 'preact/hooks';
import { locale, t } from '../../platform/i18n.ts';
import type { Recent } from '../../platform/stored-tools.ts';
import { TIME_LIMITS, type ToolMemory } from '../../state/tool-memory.ts';
import { limitWords } from '../../state/tool-words.ts';
import { Button } from '../kit/button.tsx';
import { Kbd } from '../kit/marks.tsx';
import { Menu } from '../kit/menu.tsx';
import { COMMAND_KEY } from './keys.ts';

/** Characters of arguments that a menu shows. */
const MAX_PREVIEW = 60;

type Props = {
  isRunning: boolean;
  isForm: boolean;
  /** The JSON can't be shown as a form as it stands. */
  isStuck: boolean;
  recent: readonly Recent[];
  onRun: () => void;
  onToggleView: () => void;
  onRecent: (recent: Recent) => void;
  onForget: () => void;
  /** Undefined when nothing was typed. */
  onReset: (() => void) | undefined;
};

export function ToolActions({ isRunning, isForm, isStuck, recent, onRun, onToggleView, onRecent, onForget, onReset }: Props) {
  return (
    <div class="bar actions">
      {/* The second half of a double click is no second act, though the first may have ended already. */}
      <Button kind="primary" busy={isRunning} onClick={({ detail }) => detail < 2 && onRun()}>
        {t('tools_run')}
      </Button>
      <Button kind="quiet" onClick={onToggleView} aria-disabled={isStuck || undefined}>
        {isForm ? t('tools_asJson') : t('tools_asForm')}
      </Button>
      <Button kind="quiet" onClick={onReset} aria-disabled={onReset === undefined || undefined}>
        {t('tools_reset')}
      </Button>
      {recent.length > 0 && (
        <Menu
          label={t('tools_recent')}
          icon="history"
          items={[
            ...recent.map((run) => ({ label: previewOf(run), note: timeOf(run.at), onSelect: () => onRecent(run) })),
            { label: t('tools_forgetRecent'), startsGroup: true, onSelect: onForget },
          ]}
        />
      )}
      <span class="spacer" />
      <Kbd keys={[COMMAND_KEY, '↵']} />
    </div>
  );
}

function previewOf({ arguments: args }: Recent): string {
  const text = Object.entries(args)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
  if (text === '') return t('tools_noArguments');
  return text.length > MAX_PREVIEW ? `${text.slice(0, MAX_PREVIEW)}…` : text;
}

export function timeOf(iso: string): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(locale(), isToday ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' });
}

/** The limit counts for all tools of the server; what is running keeps the one that it began with. */
export function TimeLimit({ memory }: { memory: ToolMemory }) {
  const id = useId();
  const limit = memory.timeLimit();
  return (
    <p class="quiet time-limit">
      <label for={id}>{t('tools_timeLimit')}</label>{' '}
      <select
        id={id}
        class="input"
        value={String(limit)}
        onChange={({ currentTarget: { value } }) => void memory.setTimeLimit(value === 'null' ? null : Number(value))}
      >
        {TIME_LIMITS.map((seconds) => (
          <option key={seconds} value={String(seconds)}>
            {limitWords(seconds)}
          </option>
        ))}
      </select>
    </p>
  );
}
