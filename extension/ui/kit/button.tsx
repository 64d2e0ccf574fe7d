/** Owns the buttons: with text, and with an icon alone. What they do is their caller's. */
import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';
import { Spinner } from './spinner.tsx';

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'className' | 'size'> & {
  /** primary: the one thing to do here; line: others; quiet: beside text; danger: can't be undone. */
  kind?: 'primary' | 'line' | 'quiet' | 'danger';
  small?: boolean;
  /** At work: shows a spinner and takes no click, but keeps the focus. */
  busy?: boolean;
  children: ComponentChildren;
};

/** A button with text; of type "button" unless told otherwise. */
export function Button({ kind = 'line', small = false, busy = false, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}${small ? ' small' : ''}`}
      aria-disabled={busy || rest['aria-disabled']}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'className' | 'icon' | 'label'> & {
  icon: IconName;
  /** What it does; its name for screen readers and its tooltip. */
  label: string;
};

/** A square button that shows only an icon. */
export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} class="icon-button" aria-label={label}>
      <Icon name={icon} />
    </button>
  );
}
