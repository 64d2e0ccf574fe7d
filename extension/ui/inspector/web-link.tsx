/** Owns a link from outside: it opens only after the user has seen the whole address and said so. What is told of it is link-facts.ts. */
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { describeLink } from '../../state/link-facts.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

type Props = {
  uri: string;
  /** What stands for the address in a line of text; the address itself where it is absent. */
  children?: ComponentChildren;
};

/** Draws an address; one that is no web page is text alone. */
export function WebLink({ uri, children }: Props) {
  const [isAsking, setAsking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const facts = describeLink(uri);
  if (facts === undefined) return <VisibleText text={uri} />;
  const close = () => {
    setAsking(false);
    opener.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the key that closes what is inside
    <span
      class={children === undefined ? 'web-link' : 'web-link inline'}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isAsking) close();
      }}
    >
      <button
        ref={opener}
        type="button"
        class="link"
        aria-expanded={isAsking}
        aria-controls={isAsking ? id : undefined}
        onClick={() => setAsking(!isAsking)}
      >
        {children ?? <VisibleText text={uri} />}
      </button>
      {isAsking && (
        <section id={id} class="link-question" aria-label={t('kit_linkQuestion')}>
          <p>{t('kit_linkAsk')}</p>
          <p class="link-whole" dir="ltr">
            <VisibleText text={facts.href} />
          </p>
          {facts.warnings.map((warning) => (
            <p key={warning} class="link-warning">
              {warning}
            </p>
          ))}
          <p class="bar">
            <a class="button line small" href={facts.href} target="_blank" rel="noopener noreferrer" onClick={() => setAsking(false)}>
              {t('kit_linkOpen', facts.host)}
            </a>
            <Button kind="quiet" small onClick={close}>
              {t('kit_linkLeave')}
            </Button>
          </p>
        </section>
      )}
    </span>
  );
}
