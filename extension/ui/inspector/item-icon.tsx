/** Owns the icon beside the name of a tool, resource or prompt. It decorates: the name says what it is. Which ones are drawn is icon-source.ts. */
import { useMemo } from 'preact/hooks';
import { pickIcons } from './icon-source.ts';

export function ItemIcon({ icons }: { icons: unknown }) {
  const picked = useMemo(() => pickIcons(icons), [icons]);
  if (picked === undefined) return null;
  return (
    <picture class="item-icon">
      {picked.dark !== picked.light && <source media="(prefers-color-scheme: dark)" srcset={picked.dark} />}
      <img src={picked.light} alt="" loading="lazy" decoding="async" />
    </picture>
  );
}
