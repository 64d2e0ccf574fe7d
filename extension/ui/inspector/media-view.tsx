/** Owns how pictures and sound from a server are drawn: by what their bytes are, and only where unpacking them can't hurt. */
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { ContentFrame } from './content-frame.tsx';
import { fileName } from './file-name.ts';
import { isTooManyPixels } from './image-size.ts';
import { base64Bytes, judgeMedia, MAX_MEDIA_LENGTH } from './media-bytes.ts';
import { SaveButton } from './payload-buttons.tsx';
import { byteWords } from './quantities.ts';

type Props = {
  base64: string;
  /** As the server calls it; not believed. */
  mimeType: string;
  label: string;
  /** Buttons before the one that saves it, and what stands below it. */
  actions?: ComponentChildren;
  children?: ComponentChildren;
};

export function Media({ base64, mimeType, label, actions, children }: Props) {
  const media = judgeMedia(base64);
  const size = byteWords(base64Bytes(base64));
  const isHuge = useMemo(() => media?.kind === 'image' && isTooManyPixels(base64), [media?.kind, base64]);
  const buttons = (
    <>
      {actions}
      <SaveButton name={fileName(label, media?.mimeType ?? mimeType)} base64={base64} />
    </>
  );
  if (media === undefined)
    return (
      <ContentFrame title={t('result_notShown', label)} facts={[mimeType, size]} actions={buttons}>
        <p class="quiet">{t('result_notShownWhy')}</p>
        {children}
      </ContentFrame>
    );
  if (base64.length > MAX_MEDIA_LENGTH || isHuge)
    return (
      <ContentFrame title={t('result_tooLarge', label)} facts={[media.mimeType, size]} actions={buttons}>
        <p class="quiet">{t('result_tooLargeWhy')}</p>
        {children}
      </ContentFrame>
    );
  const source = `data:${media.mimeType};base64,${base64}`;
  const declared = mimeType !== '' && mimeType !== media.mimeType ? t('result_declaredAs', mimeType) : '';
  return (
    <ContentFrame title={label} facts={[media.mimeType, size, declared]} actions={buttons}>
      {media.kind === 'image' ? (
        <img class="media" src={source} alt={t('result_imageAlt', media.mimeType, size)} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: the protocol carries no captions
        <audio class="media" controls src={source} aria-label={label} />
      )}
      {children}
    </ContentFrame>
  );
}
