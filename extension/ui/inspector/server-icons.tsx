/** Owns the icons of a server: drawn where it sent them along, told as addresses where they would have to be fetched from elsewhere. */
import { t } from '../../platform/i18n.ts';
import { judgeMedia, MAX_MEDIA_LENGTH } from './media-bytes.ts';
import { WebLink } from './web-link.tsx';

const MAX_ICONS = 8;
const DATA_URL = /^data:[^,]{0,100};base64,(.*)$/s;

export function ServerIcons({ icons }: { icons: readonly { src: string }[] }) {
  if (icons.length === 0) return null;
  return (
    <>
      <dt>{t('session_icons')}</dt>
      <dd class="server-icons">
        {icons.slice(0, MAX_ICONS).map(({ src }) => (
          <ServerIcon key={src} src={src} />
        ))}
      </dd>
    </>
  );
}

function ServerIcon({ src }: { src: string }) {
  const base64 = DATA_URL.exec(src)?.[1];
  if (base64 === undefined)
    return (
      <span class="quiet">
        {t('session_iconNotLoaded')} <WebLink uri={src.slice(0, 2048)} />
      </span>
    );
  const media = base64.length > MAX_MEDIA_LENGTH ? undefined : judgeMedia(base64);
  if (media?.kind !== 'image') return <span class="quiet">{t('session_iconUnknown')}</span>;
  return <img class="server-icon" src={`data:${media.mimeType};base64,${base64}`} alt={t('session_icon')} />;
}
