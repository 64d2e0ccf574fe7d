/** Owns the two things that a user does with a payload: copy it and save it as a file. */
import { useEffect, useState } from 'preact/hooks';
import { copyText } from '../../platform/browser-shell.ts';
import { t } from '../../platform/i18n.ts';
import { writeInSlices } from '../../state/json-writing.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { decodeBase64 } from './media-bytes.ts';
import { saveBlob } from './save-blob.ts';

const CONFIRM_MS = 1500;
/** Until then nothing tells that it takes time: buttons that flicker are no help. */
const BUSY_AFTER_MS = 150;

/** What is copied or saved: text, or a value from JSON, which is written as text when it is asked for. */
export type Payload = { text: string | (() => string) } | { json: unknown };

/** Returns the text in parts; of a large value, the page goes on drawing while it is written. */
async function partsOf(payload: Payload): Promise<string[]> {
  if ('json' in payload) return writeInSlices(payload.json);
  return [typeof payload.text === 'string' ? payload.text : payload.text()];
}

/** Whether work that was given lasts long enough to be told of. */
function useBusy(): [isBusy: boolean, during: <T>(work: Promise<T>) => Promise<T>] {
  const [isBusy, setBusy] = useState(false);
  const during = <T,>(work: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => setBusy(true), BUSY_AFTER_MS);
    return work.finally(() => {
      clearTimeout(timer);
      setBusy(false);
    });
  };
  return [isBusy, during];
}

/** Copies a payload as text. */
export function CopyButton({ label = t('result_copy'), ...payload }: { label?: string } & Payload) {
  const [said, setSaid] = useState<string>();
  const [isBusy, during] = useBusy();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    const outcome = await during(partsOf(payload).then((parts) => copyText(parts.join('')))).then(
      () => t('result_copied'),
      () => t('result_notCopied'),
    );
    setSaid(outcome);
    announce(outcome);
  };
  return (
    <Button kind="quiet" small busy={isBusy} onClick={() => void copy()}>
      <span class="steady" data-before={label} data-after={t('result_copied')}>
        {said ?? label}
      </span>
    </Button>
  );
}

type SaveProps = { name: string } & (Payload | { base64: string });

/** Saves a payload. Its type stays unnamed, so that no browser opens it instead. */
export function SaveButton({ name, ...payload }: SaveProps) {
  const [isBusy, during] = useBusy();
  const save = async () => {
    const bytes = 'base64' in payload ? decodeBase64(payload.base64) : await during(partsOf(payload));
    if (bytes === undefined) return announce(t('result_notBase64'));
    saveBlob(new Blob(Array.isArray(bytes) ? bytes : [bytes], { type: 'application/octet-stream' }), name);
  };
  return (
    <Button kind="quiet" small busy={isBusy} onClick={() => void save()}>
      {t('result_save')}
    </Button>
  );
}
