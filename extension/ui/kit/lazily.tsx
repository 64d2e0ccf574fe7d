/** Owns components that are loaded when they are first shown: what most openings of a surface never need. */
import { signal } from '@preact/signals';
import type { ComponentType, VNode } from 'preact';

/** Returns a component that shows nothing until the real one is there: milliseconds, it comes with the extension. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => VNode | null {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let isAsked = false;
  return (props) => {
    const Component = loaded.value;
    if (Component) return <Component {...props} />;
    if (!isAsked) {
      isAsked = true;
      void load().then((component) => {
        loaded.value = component;
      });
    }
    return null;
  };
}
