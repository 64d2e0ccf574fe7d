/** Owns the server's log in the Session room: the level that it is asked for, what is shown of it, and the lines. */
import { useMemo } from 'preact/hooks';
import { t, tCount } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import { LOG_LEVELS, type LogLevel, type LogLine, readServerLog } from '../../state/server-log.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { FailureView } from './failure-view.tsx';
import { timeOfDay } from './quantities.ts';

const isLevel = (text: string): text is LogLevel => LOG_LEVELS.some((level) => level === text);

export function ServerLog({ inspector }: { inspector: Inspector }) {
  const { room, activity, serverLog } = inspector;
  const { logLevel, logShown } = room.state.value;
  const { entries = [] } = activity.log.value;
  const lines = useMemo(() => readServerLog(entries, logShown), [entries, logShown]);
  const failure = serverLog.failure.value;
  return (
    <section class="session-part" aria-label={t('session_log')}>
      <h2>{t('session_log')}</h2>
      <div class="log-choices">
        <label>
          {t('session_logAsk')}{' '}
          <select
            class="input"
            aria-label={t('session_logAsk')}
            value={logLevel ?? ''}
            onChange={({ currentTarget: { value } }) => isLevel(value) && void serverLog.setLevel(value)}
          >
            {/* What nobody chose is the server's own choice, and can't be chosen again. */}
            {logLevel === undefined && <option value="">{t('session_logServers')}</option>}
            {LOG_LEVELS.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('session_logShow')}{' '}
          <select
            class="input"
            aria-label={t('session_logShow')}
            value={logShown}
            onChange={({ currentTarget: { value } }) => isLevel(value) && room.update({ logShown: value })}
          >
            {LOG_LEVELS.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        </label>
      </div>
      {failure !== undefined && (
        <FailureView
          failure={failure}
          act="read"
          remedies={{ ...(logLevel !== undefined && { retry: () => void serverLog.setLevel(logLevel) }) }}
        />
      )}
      {lines.length === 0 ? <p class="quiet">{t('session_logEmpty')}</p> : <Lines lines={lines} />}
    </section>
  );
}

function Lines({ lines }: { lines: readonly LogLine[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys have to reach it
    <ol class="log-lines" aria-label={tCount('session_logLines', lines.length)} tabIndex={0}>
      {lines.toReversed().map(({ seq, at, level, logger, text }) => (
        <li key={seq} class={`log-line ${level}`}>
          <time dateTime={at}>{timeOfDay(at)}</time>
          <span class="log-level">{level}</span>
          <span dir="auto">
            {logger !== '' && (
              <span class="quiet">
                <VisibleText text={logger} />{' '}
              </span>
            )}
            <VisibleText text={text.slice(0, 2000)} />
          </span>
        </li>
      ))}
    </ol>
  );
}
