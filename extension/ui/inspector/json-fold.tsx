/** Owns JSON that is folded away, and printed only when somebody opens it. */
import { useState } from 'preact/hooks';
import { JsonView } from './json-view.tsx';

export function JsonFold({ title, value }: { title: string; value: unknown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <JsonView value={value} label={title} />}
    </details>
  );
}
