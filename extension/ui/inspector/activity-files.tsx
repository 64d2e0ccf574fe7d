/** Owns saving the activity as a file and opening such a file: the work while it goes on, what came of it, and the file that is looked at. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatNumber, locale, t, tCount } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import type { Inspector } from '../../state/inspector.ts';
import { exportActivity } from '../../state/inspector-activity-export.ts';
import {
  type ActivityFile,
  type FileVerdict,
  MAX_FILE_BYTES,
  MAX_FILE_ENTRIES,
  readActivityFile,
} from '../../state/inspector-activity-file.ts';
import { EMPTY_VIEW } from '../../state/inspector-activity-filter.ts';
import { wordsFor } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { byteWords } from './quantities.ts';
import { saveBlob } from './save-blob.ts';

type Work =
  | { kind: 'saving'; entries: number; cancel: () => void }
  | { kind: 'reading'; name: string }
  | { kind: 'told'; title: string; detail?: string };

/** Returns what can be done with files, and what of it is on screen. */
export function useActivityFiles(inspector: Inspector, session: StoredSession) {
  const work = useSignal<Work | undefined>(undefined);
  const stop = useRef<AbortController>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => () => stop.current?.abort(), []);

  async function save(): Promise<void> {
    if (work.value?.kind === 'saving') return;
    const controller = new AbortController();
    stop.current = controller;
    const cancel = () => controller.abort();
    const tell = (entries: number) => {
      work.value = { kind: 'saving', entries, cancel };
    };
    tell(0);
    const known = inspector.activity.log.value.entries ?? [];
    const exported = await exportActivity(session, known, inspector.readActivity, tell, controller.signal);
    work.value = undefined;
    if (exported === undefined) return announce(t('activity_saveCancelled'));
    saveBlob(exported.blob, fileNameOf(session));
    announce(tCount('activity_saved', exported.entries));
    if (exported.error)
      work.value = {
        kind: 'told',
        title: t('activity_savedInPart'),
        detail: `${wordsFor(exported.error.code).title} ${exported.error.detail}`,
      };
  }

  async function open(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    work.value = { kind: 'reading', name: file.name };
    const verdict = await readActivityFile(file);
    if (verdict.kind !== 'ok') {
      work.value = { kind: 'told', title: t('activity_notOpened', file.name), detail: refusalWords(verdict.kind) };
      return;
    }
    work.value = undefined;
    inspector.activityFile.value = { file: verdict.file, view: EMPTY_VIEW };
    announce(tCount('activity_fileOpened', verdict.file.entries.length));
  }

  return { work, input, save: () => void save(), open: (file: File | undefined) => void open(file) };
}

export type ActivityFiles = ReturnType<typeof useActivityFiles>;

function refusalWords(kind: Exclude<FileVerdict['kind'], 'ok'>): string {
  if (kind === 'too-large') return t('activity_fileTooLarge', byteWords(MAX_FILE_BYTES));
  return t(kind === 'no-activity' ? 'activity_fileOfAnotherKind' : 'activity_fileUnreadable');
}

/** What is going on with files, at the foot of the room: nothing above it moves. */
export function FileWork({ files }: { files: ActivityFiles }) {
  const work = files.work.value;
  return (
    <>
      <input
        ref={files.input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept=".jsonl,.ndjson,.json,application/x-ndjson"
        onChange={(event) => {
          files.open(event.currentTarget.files?.[0]);
          // The same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      {work?.kind === 'told' && (
        <div class="pad">
          <Notice
            tone="warn"
            title={work.title}
            actions={
              <Button
                small
                onClick={() => {
                  files.work.value = undefined;
                }}
              >
                {t('activity_understood')}
              </Button>
            }
          >
            {work.detail}
          </Notice>
        </div>
      )}
      {work !== undefined && work.kind !== 'told' && (
        <p class="file-work" role="status">
          <Spinner />
          <span>{work.kind === 'saving' ? tCount('activity_saving', work.entries) : t('activity_reading', work.name)}</span>
          <span class="spacer" />
          {work.kind === 'saving' && (
            <Button small onClick={work.cancel}>
              {t('activity_cancel')}
            </Button>
          )}
        </p>
      )}
    </>
  );
}

/** Says that a file is looked at, what is wrong with it, and goes back to what is live. */
export function FileBar({ file, onClose }: { file: ActivityFile; onClose: () => void }) {
  const { bad, leftOut, missing, isNewer, session, exportedAt } = file;
  const saved =
    exportedAt === undefined || Number.isNaN(Date.parse(exportedAt)) ? undefined : new Date(exportedAt).toLocaleString(locale());
  const flaws = [
    bad.count > 0 &&
      `${tCount('activity_badLines', bad.count)} ${t('activity_badLinesAt', bad.lines.map((line) => formatNumber(line)).join(', '))}`,
    leftOut > 0 && tCount('activity_leftOut', leftOut, formatNumber(MAX_FILE_ENTRIES)),
    missing > 0 && tCount('activity_missing', missing),
    isNewer && t('activity_newerFile'),
  ].filter((flaw) => flaw !== false);
  return (
    <div class={`file-bar${flaws.length > 0 ? ' warn' : ''}`} role="status">
      <p>
        <b dir="auto">
          <VisibleText text={file.name} />
        </b>{' '}
        {t('activity_fileNotLive')}
      </p>
      <Button small onClick={onClose}>
        {t('activity_closeFile')}
      </Button>
      <p class="quiet" dir="auto">
        <VisibleText
          text={[session?.name, saved && t('activity_savedAt', saved), tCount('activity_entries', file.entries.length)]
            .filter(Boolean)
            .join(' · ')}
        />
      </p>
      {flaws.map((flaw) => (
        <p key={flaw} class="quiet">
          {flaw}
        </p>
      ))}
    </div>
  );
}

/** The session's name as every file system takes it, and when. */
function fileNameOf({ name }: StoredSession): string {
  const plain =
    name
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 40) || 'session';
  return `mooring-${plain}-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}.jsonl`;
}
