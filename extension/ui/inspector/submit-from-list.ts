/** Owns that the keys which send what is filled in do so from the list beside it too: there is the focus of who has just chosen in it. */
import { onSubmitKeys } from '../kit/submit-keys.ts';

/** Listens where list and detail stand together. What is not the one that is shown beside is not sent by mistake. */
export function submitFromList(event: KeyboardEvent): void {
  if (!(event.target instanceof Element) || !event.target.matches('[role=option][aria-selected=true]')) return;
  onSubmitKeys(() => document.querySelector<HTMLElement>('.tool-side .actions .button.primary')?.click())(event);
}
