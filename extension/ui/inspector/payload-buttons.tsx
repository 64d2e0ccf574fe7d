/** Owns the two things that a user does with a payload: copy it and save it as a file. */
import { useEffect, useState } from 'preact/hooks';
import { copyText } from '../../platform/browser-shell.ts';
import { t } from '../../platform/i18n.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { decodeBase64 } from './media-bytes.ts';
import { saveBlob } from './save-blob.ts';

const CONFIRM_MS = 1500;

/** Copies text that is only made when it is asked for. */
export function CopyButton({ label = t('result_copy'), text }: { label?: string; text: () => string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    const outcome = await copyText(text()).then(
      () => t('result_copied'),
      () => t('result_notCopied'),
    );
    setSaid(outcome);
    announce(outcome);
  };
  return (
    <Button kind="quiet" small onClick={() => void copy()}>
      {said ?? label}
    </Button>
  );
}

type SaveProps = { name: string } & ({ text: string | (() => string) } | { base64: string });

/** Saves a payload. Its type stays unnamed, so that no browser opens it instead. */
export function SaveButton(props: SaveProps) {
  const save = () => {
    const bytes = 'base64' in props ? decodeBase64(props.base64) : typeof props.text === 'string' ? props.text : props.text();
    if (bytes === undefined) return announce(t('result_notBase64'));
    saveBlob(new Blob([bytes], { type: 'application/octet-stream' }), props.name);
  };
  return (
    <Button kind="quiet" small onClick={save}>
      {t('result_save')}
    </Button>
  );
}
