/**
 * Owns the menu button: opens by click, Enter or Alt and arrow down; the focus returns to it. The open menu is menu-list.tsx.
 * Source: WAI-ARIA Authoring Practices, Menu Button pattern.
 */
import type { VNode } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';
import { lazily } from './lazily.tsx';
import type { MenuItem, MenuPlace } from './menu-list.tsx';

// Loaded with the first menu that opens.
const MenuList = lazily(async () => (await import('./menu-list.tsx')).MenuList);

type MenuProps = {
  label: string;
  icon?: IconName;
  /** What is in it; or what draws it, where even that is loaded when it opens. */
  items: readonly MenuItem[] | ((place: MenuPlace) => VNode);
  tabIndex?: number;
};

export function Menu({ label, icon = 'more', items, tabIndex }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (returnsFocus: boolean) => {
    setOpen(false);
    if (returnsFocus) button.current?.focus();
  };
  const place = { id, label, anchor: button.current, onClose: close };
  return (
    <span class="menu-anchor">
      <button
        ref={button}
        type="button"
        class="icon-button"
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        {...(tabIndex !== undefined && { tabIndex })}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || !(event.altKey || isOpen)) return;
          event.preventDefault();
          event.stopPropagation();
          setOpen(true);
        }}
      >
        <Icon name={icon} />
      </button>
      {isOpen && (typeof items === 'function' ? items(place) : <MenuList {...place} items={items} />)}
    </span>
  );
}
