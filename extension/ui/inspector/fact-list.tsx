/** Owns a titled list of facts. Whatever stands in it is text. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { VisibleText } from '../kit/visible-text-view.tsx';

export function Facts({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="session-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <dl class="facts-list">{children}</dl>
    </section>
  );
}

/** One fact; nothing where there is nothing to say. */
export function Fact({ name, text, isCode = false }: { name: string; text: string | undefined; isCode?: boolean }) {
  if (text === undefined || text === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd class={isCode ? 'mono' : undefined} dir={isCode ? 'ltr' : 'auto'}>
        <VisibleText text={text} />
      </dd>
    </>
  );
}
