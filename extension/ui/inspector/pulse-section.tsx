/** Owns how quick the server is: what its last answers took, and a ping by hand. */
import { useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import { readLatency } from '../../state/server-log.ts';
import { Button } from '../kit/button.tsx';
import { FailureView } from './failure-view.tsx';
import { durationWords, timeOfDay } from './quantities.ts';

const BAR_WIDTH = 6;
const BARS_HEIGHT = 24;

export function PulseSection({ inspector, hasPing }: { inspector: Inspector; hasPing: boolean }) {
  const { activity, pulse } = inspector;
  const { entries } = activity.log.value;
  // The room is drawn with every tick of the clock; the log may be long.
  const latency = useMemo(() => readLatency(entries ?? []), [entries]);
  const ping = pulse.state.value;
  return (
    <section class="session-part" aria-label={t('session_pulse')}>
      <h2>{t('session_pulse')}</h2>
      {latency === undefined ? (
        <div class="pulse quiet">{t('session_noLatency')}</div>
      ) : (
        <div class="pulse">
          <svg class="pulse-bars" width={latency.lastMs.length * BAR_WIDTH} height={BARS_HEIGHT} aria-hidden="true">
            {latency.lastMs.map((ms, at) => {
              const height = Math.max(2, (ms / Math.max(latency.worstMs, 1)) * BARS_HEIGHT);
              return <rect key={at} x={at * BAR_WIDTH} y={BARS_HEIGHT - height} width={BAR_WIDTH - 2} height={height} rx={1} />;
            })}
          </svg>
          <p>
            {t(
              'session_latency',
              durationWords(latency.lastMs.at(-1) ?? 0),
              durationWords(latency.medianMs),
              durationWords(latency.worstMs),
            )}
          </p>
        </div>
      )}
      {/* Source: MCP 2026-07-28 has no ping. */}
      {hasPing && (
        <div class="bar">
          <Button small busy={ping?.kind === 'asking'} onClick={() => void pulse.ping()}>
            {t('session_ping')}
          </Button>
          <span class="quiet" role="status">
            {ping?.kind === 'answered' && t('session_pong', durationWords(ping.ms), timeOfDay(new Date(ping.atMs).toISOString()))}
          </span>
        </div>
      )}
      {ping?.kind === 'failed' && <FailureView failure={ping.failure} act="read" remedies={{ retry: () => void pulse.ping() }} />}
    </section>
  );
}
