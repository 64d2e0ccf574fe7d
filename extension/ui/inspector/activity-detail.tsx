/** Owns one entry of activity opened: the message and the one it belongs to, as JSON. */
import type { ActivityRow } from '../../state/inspector-activity.ts';
import { IconButton } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton } from './payload-buttons.tsx';
import { byteWords, durationWords } from './quantities.ts';

type Props = { row: ActivityRow; partner: ActivityRow | undefined; onClose: () => void };

export function ActivityDetail({ row, partner, onClose }: Props) {
  const [first, second] = partner !== undefined && partner.seq < row.seq ? [partner, row] : [row, partner];
  return (
    <aside
      class="activity-detail"
      aria-label="Message"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <Message row={first} close={<IconButton icon="close" label="Close" onClick={onClose} />} />
      {second !== undefined && <Message row={second} />}
    </aside>
  );
}

function Message({ row, close }: { row: ActivityRow; close?: preact.ComponentChild }) {
  const { entry } = row;
  const body = entry.kind === 'message' ? entry.message : entry;
  const facts = [
    entry.kind === 'message' ? byteWords(entry.bytes) : '',
    row.durationMs === undefined ? '' : durationWords(row.durationMs),
    row.kind === 'mark' ? '' : (row.device ?? ''),
    new Date(row.at).toLocaleString(),
  ].filter(Boolean);
  return (
    <div class="message">
      <div class="bar">
        <b class={row.isError ? 'is-bad' : undefined} dir="auto">
          <VisibleText text={row.label} />
        </b>
        <span class="spacer" />
        {body !== undefined && <CopyButton text={() => JSON.stringify(body, null, 2)} />}
        {close}
      </div>
      <p class="facts" dir="auto">
        <VisibleText text={facts.join(' · ')} />
      </p>
      {body === undefined ? (
        <p class="quiet">This message was too large to keep: only its size is known.</p>
      ) : (
        <JsonView value={body} label={row.label} />
      )}
    </div>
  );
}
