/**
 * Owns the menu button: opens by click, Enter or Alt and arrow down; the focus returns to it. The open menu is menu-list.tsx.
 * Source: WAI-ARIA Authoring Practices, Menu Button pattern.
 */
import { useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';
import { type MenuItem, MenuList } from './menu-list.tsx';

export function Menu(props: { label: string; icon?: IconName; items: readonly MenuItem[]; tabIndex?: number }) {
  const { label, icon = 'more', items, tabIndex } = props;
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (returnsFocus: boolean) => {
    setOpen(false);
    if (returnsFocus) button.current?.focus();
  };
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
      {isOpen && <MenuList id={id} label={label} items={items} anchor={button.current} onClose={close} />}
    </span>
  );
}
