/** Owns the frame around text and JSON: what can be done with it, and the search in it, by button and by Ctrl+F while the focus is inside. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { type Find, FindBar } from './find-bar.tsx';
import { COMMAND_KEY } from './keys.ts';

type Props = {
  label: string;
  /** Undefined where there is too little to look for anything. */
  find: Find<unknown> | undefined;
  /** Undefined where no line is long. */
  wrap: { isOn: boolean; set: (isOn: boolean) => void } | undefined;
  /** Puts the focus back into the content when the search is closed. */
  focus: () => void;
  tools?: ComponentChildren;
  children: ComponentChildren;
};

export function CodeBox({ label, find, wrap, focus, tools, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const open = () => {
    if (find?.isOpen) box.current?.querySelector('input')?.select();
    else find?.open();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the key that opens the search in what is inside
    <div
      ref={box}
      class="code-box"
      onKeyDown={(event) => {
        if (find === undefined || event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
          return;
        event.preventDefault();
        event.stopPropagation();
        open();
      }}
    >
      {(find !== undefined || wrap !== undefined || Boolean(tools)) && (
        <div class="code-tools">
          {find !== undefined && (
            <Button kind="quiet" small data-find title={`${COMMAND_KEY}+F`} aria-expanded={find.isOpen} onClick={open}>
              {t('result_find')}
            </Button>
          )}
          {wrap !== undefined && (
            <Button kind="quiet" small aria-pressed={wrap.isOn} onClick={() => wrap.set(!wrap.isOn)}>
              {t('result_wrap')}
            </Button>
          )}
          {tools}
        </div>
      )}
      {find?.isOpen && (
        <FindBar
          find={find}
          label={label}
          onClose={() => {
            find.close();
            focus();
          }}
        />
      )}
      {children}
    </div>
  );
}
