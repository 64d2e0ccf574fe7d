/** Owns the icons of a server: drawn where it sent them along, told as addresses where they would have to be fetched from elsewhere. */
import { t } from '../../platform/i18n.ts';
import { judgeIcon, MAX_ICONS } from './icon-source.ts';
import { WebLink } from './web-link.tsx';

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
  const icon = judgeIcon(src);
  if (icon.kind === 'elsewhere')
    return (
      <span class="quiet">
        {t('session_iconNotLoaded')} <WebLink uri={src.slice(0, 2048)} />
      </span>
    );
  if (icon.kind === 'unknown') return <span class="quiet">{t('session_iconUnknown')}</span>;
  return <img class="server-icon" src={icon.url} alt={t('session_icon')} />;
}
