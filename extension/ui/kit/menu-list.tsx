/**
 * Owns an open menu: where it stands, and its keys: arrows, Home and End move, Escape and Tab close, so does a click elsewhere.
 * Source: WAI-ARIA Authoring Practices, Menu pattern.
 */
import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { VisibleText } from './visible-text-view.tsx';

export type MenuItem = {
  label: string;
  /** A second, smaller line. */
  note?: string;
  isDanger?: boolean;
  /** Draws a line above. */
  startsGroup?: boolean;
  onSelect: () => void;
};

/** Distance that the menu keeps from the window's edge, px. */
const EDGE = 8;

/** Where a menu is open, and how it goes away. */
export type MenuPlace = { id: string; label: string; anchor: HTMLElement | null; onClose: (returnsFocus: boolean) => void };

export function MenuList({ id, label, items, anchor, onClose }: MenuPlace & { items: readonly MenuItem[] }) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (list.current && anchor) place(list.current, anchor.getBoundingClientRect());
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [anchor]);
  useEffect(() => {
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !list.current?.contains(event.target) && !anchor?.contains(event.target)) onClose(false);
    };
    const closeAfterMove = () => onClose(false);
    document.addEventListener('pointerdown', closeOutside, true);
    window.addEventListener('resize', closeAfterMove);
    return () => {
      document.removeEventListener('pointerdown', closeOutside, true);
      window.removeEventListener('resize', closeAfterMove);
    };
  }, [anchor, onClose]);

  const move = (event: KeyboardEvent) => {
    // What happens in a menu stays in it: the list around it has arrow keys of its own.
    event.stopPropagation();
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = all.findIndex((item) => item.matches(':focus'));
    const next = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (next !== undefined) all[next]?.focus();
    else if (event.key === 'Escape') onClose(true);
    else if (event.key === 'Tab') return onClose(true);
    else return;
    event.preventDefault();
  };

  return (
    <div ref={list} class="menu" role="menu" id={id} aria-label={label} tabIndex={-1} onKeyDown={move}>
      {items.map((item) => (
        <Fragment key={item.label}>
          {item.startsGroup && <div class="menu-line" />}
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={`menu-item${item.isDanger ? ' danger' : ''}`}
            onClick={() => {
              onClose(true);
              item.onSelect();
            }}
          >
            <VisibleText text={item.label} />
            {item.note !== undefined && (
              <small>
                <VisibleText text={item.note} />
              </small>
            )}
          </button>
        </Fragment>
      ))}
    </div>
  );
}

/** Puts the menu below its button, above where there is more room, and never over the edge. */
function place(menu: HTMLElement, anchor: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const fitsBelow = anchor.bottom + height + EDGE <= window.innerHeight;
  const top = fitsBelow ? anchor.bottom + 2 : Math.max(EDGE, anchor.top - height - 2);
  const left = Math.min(Math.max(EDGE, anchor.right - width), window.innerWidth - width - EDGE);
  menu.style.top = `${Math.min(top, Math.max(EDGE, window.innerHeight - height - EDGE))}px`;
  menu.style.left = `${left}px`;
}
