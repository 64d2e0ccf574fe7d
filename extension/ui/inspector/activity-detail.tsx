/** Owns one entry of activity opened: what it says and its JSON, then the message that it belongs with; and what can be done with it. */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { type ActivityRow, isMessage, type MessageRow } from '../../state/inspector-activity.ts';
import { toCode } from '../../state/inspector-activity-code.ts';
import { toCurl } from '../../state/inspector-activity-curl.ts';
import type { ServerFacts } from '../../state/inspector-activity-secrets.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { Facts, Readable } from './activity-readable.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton } from './payload-buttons.tsx';

type Props = {
  row: ActivityRow;
  partner: MessageRow | undefined;
  /** Where the server is; unknown for a file that does not say so. */
  facts: ServerFacts | undefined;
  /** Returns what the server says of a tool's arguments, where that is known. */
  schemaOf: ((tool: string) => unknown) | undefined;
  onOpen: (seq: number) => void;
  /** Goes to a tool; undefined where there are no tools to go to. */
  onTool: ((name: string) => void) | undefined;
  onClose: () => void;
};

export function ActivityDetail({ row, partner, facts, schemaOf, onOpen, onTool, onClose }: Props) {
  const panel = useRef<HTMLElement>(null);
  // Where it covers the list, that is where the user goes on, unless the way here was the search.
  useEffect(() => {
    // Who goes from match to match goes on with the same key.
    if (document.activeElement instanceof HTMLInputElement) return;
    const back = panel.current?.querySelector<HTMLElement>('.detail-back button');
    const isCovered = document.activeElement === document.body || document.activeElement?.closest('.events');
    if (isCovered && back?.checkVisibility()) back.focus();
  }, []);
  // Also where nothing has the focus: what had it may be gone, when the panel has become wider.
  useEffect(() => {
    const closeFromNowhere = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.target === document.body) onClose();
    };
    document.addEventListener('keydown', closeFromNowhere);
    return () => document.removeEventListener('keydown', closeFromNowhere);
  }, [onClose]);
  // Another entry begins at its top.
  useEffect(() => {
    if (panel.current) panel.current.scrollTop = 0;
  }, [row.seq]);
  return (
    <aside
      ref={panel}
      class="activity-detail"
      aria-label={t('activity_entry')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="detail-top">
        <span class="detail-back">
          <IconButton icon="back" label={t('activity_back')} onClick={onClose} />
        </span>
        <h2 class={row.isError ? 'is-bad' : undefined} dir="auto">
          <VisibleText text={titleOf(row)} />
        </h2>
        <span class="detail-close">
          <IconButton icon="close" label={t('activity_close')} onClick={onClose} />
        </span>
      </div>
      <Entry key={row.seq} row={row} facts={facts} schemaOf={schemaOf} onTool={onTool} />
      {partner !== undefined && (
        <section class="entry-partner" aria-label={t(partner.kind === 'answer' ? 'activity_answer' : 'activity_request')}>
          <div class="bar">
            <h3>{t(partner.kind === 'answer' ? 'activity_answer' : 'activity_request')}</h3>
            <b class={partner.isError ? 'is-bad' : undefined} dir="auto">
              <VisibleText text={titleOf(partner)} />
            </b>
            <span class="spacer" />
            <Button kind="quiet" small onClick={() => onOpen(partner.seq)}>
              {t('activity_goTo')}
            </Button>
          </div>
          <Entry key={partner.seq} row={partner} facts={facts} schemaOf={schemaOf} onTool={onTool} />
        </section>
      )}
    </aside>
  );
}

const titleOf = ({ label, subject }: ActivityRow): string => (subject === undefined ? label : `${label} ${subject}`).slice(0, 500);

function Entry({ row, facts, schemaOf, onTool }: Pick<Props, 'row' | 'facts' | 'schemaOf' | 'onTool'>) {
  const payload = payloadOf(row);
  return (
    <>
      <Facts row={row} />
      <div class="bar actions">
        {payload !== undefined && <CopyButton label={t('activity_copyJson')} json={payload} />}
        {isMessage(row) && <CopyAsCommand row={row} facts={facts} schemaOf={schemaOf} />}
        {isMessage(row) && <ToTool row={row} onTool={onTool} />}
      </div>
      <div class="readable-and-raw">
        <Readable row={row} />
        {payload !== undefined && <JsonView value={payload} label={t('activity_json')} />}
      </div>
    </>
  );
}

/** What a client sent can be sent again from elsewhere; what a server sent can't. */
function CopyAsCommand({ row, facts, schemaOf }: { row: MessageRow } & Pick<Props, 'facts' | 'schemaOf'>) {
  const { message } = row.entry;
  if (facts === undefined || message === undefined || row.direction !== 'to-server' || row.kind === 'answer') return null;
  return (
    <>
      <CopyButton label={t('activity_copyCurl')} text={() => toCurl(message, facts, schemaOf)} />
      <CopyButton label={t('activity_copyCode')} text={() => toCode(message, facts)} />
    </>
  );
}

function ToTool({ row, onTool }: { row: MessageRow; onTool: Props['onTool'] }) {
  const { kind, method, subject } = row;
  if (onTool === undefined || kind !== 'request' || method !== 'tools/call' || subject === undefined) return null;
  return (
    <Button kind="quiet" small onClick={() => onTool(subject)}>
      {t('activity_openTool')}
    </Button>
  );
}

/** A gap has none, nor has a message that was too large to keep. */
function payloadOf(row: ActivityRow): unknown {
  if (row.kind === 'gap') return undefined;
  return row.kind === 'mark' ? row.entry : row.entry.message;
}
