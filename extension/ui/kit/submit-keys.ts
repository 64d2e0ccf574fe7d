/** Owns the keys that send what is being filled in from anywhere inside of it: Ctrl and Enter, ⌘ and Enter. */

/** Returns the listener for what holds the fields. */
export const onSubmitKeys =
  (submit: () => void) =>
  (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
