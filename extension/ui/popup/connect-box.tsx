/** Owns the connect box: address, the less common choices, servers to pick from, the attempt under way and how it failed. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { t, tAround } from '../../platform/i18n.ts';
import { looksLikeConfig } from '../../state/client-configs/looks-like-config.ts';
import { cancelConnect, connectDraft, connectPhase, editConnect } from '../../state/connect-form.ts';
import { foundServers } from '../../state/found-servers.ts';
import { confirmation } from '../../state/popup-foot.ts';
import { startOver } from '../../state/sessions.ts';
import { recentUrls, sessions } from '../../state/stored-state.ts';
import type { Remedy } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { lazily } from '../kit/lazily.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { copyDetails } from './copying.ts';
import { openSettings } from './open-settings.ts';
import { pastedConfig } from './pasted-config.ts';
import { shortUrl } from './short-url.ts';
import { Failure } from './trouble.tsx';

// Loaded with the first wish for more than an address.
const ConnectDetails = lazily(async () => (await import('./connect-details.tsx')).ConnectDetails);

const MAX_RECENT_SHOWN = 4;

export function ConnectBox() {
  const address = useRef<HTMLInputElement>(null);
  const [isDetailed, setDetailed] = useState(false);
  const phase = connectPhase.value;
  const draft = connectDraft.value;
  const isConnecting = phase.kind === 'connecting';
  const [before, after] = tAround('popup_connecting');
  // As it was when the popup opened: sessions that are listed a moment later move nothing away from under a click.
  const [isFirstRun, setFirstRun] = useState(() => sessions.peek().length === 0 && recentUrls.peek().length === 0);
  // Somebody with nothing to open came to connect.
  useEffect(() => {
    if (sessions.peek().length === 0) address.current?.focus();
  }, []);

  const submit = async () => {
    confirmation.value = undefined;
    const { submitConnect } = await import('../../state/connect-attempt.ts');
    const session = await submitConnect();
    if (session) {
      setDetailed(false);
      setFirstRun(false);
      announce(t(session.status === 'live' ? 'popup_connected' : 'popup_asksForSignIn', session.name));
    } else if (connectPhase.value.kind !== 'failed') address.current?.focus();
  };
  const act = (remedy: Remedy): (() => void) | undefined => {
    if (phase.kind !== 'failed') return undefined;
    if (remedy === 'retry') return () => void submit();
    if (remedy === 'open-settings') return openSettings;
    if (remedy === 'register-again') return () => void startOver().then(submit);
    if (remedy === 'copy-details') return () => void copyDetails(phase.error);
    if (remedy === 'edit-address') return () => address.current?.select();
    if (remedy === 'edit-headers') return () => setDetailed(true);
    return undefined;
  };

  return (
    <section class="connect" aria-label={t('popup_connectTo')}>
      {isFirstRun && <p class="connect-intro">{t('popup_intro')}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="connect-line">
          <Field label={t('popup_address')} isLabelUnseen error={phase.kind === 'invalid' ? phase.reason : undefined}>
            {(control) => (
              <input
                {...control}
                ref={address}
                class="input mono"
                dir="ltr"
                inputMode="url"
                autocomplete="off"
                spellcheck={false}
                placeholder="https://mcp.example.com/mcp"
                value={draft.url}
                readOnly={isConnecting}
                onInput={(event) => editConnect({ url: event.currentTarget.value })}
                onPaste={(event) => {
                  const text = event.clipboardData?.getData('text') ?? '';
                  if (isConnecting || !looksLikeConfig(text)) return;
                  event.preventDefault();
                  pastedConfig.value = text;
                }}
              />
            )}
          </Field>
          {isConnecting ? (
            // Keys: as one element it would turn into the submit button within its own click, and connect again.
            <Button key="cancel" onClick={cancelConnect}>
              {t('kit_cancel')}
            </Button>
          ) : (
            <Button key="connect" kind="primary" type="submit">
              {t('popup_connect')}
            </Button>
          )}
        </div>
        <div class="connect-options">
          <Choices onPick={() => address.current?.form?.querySelector<HTMLElement>('[type=submit]')?.focus()} />
          <button
            type="button"
            class="connect-more"
            aria-expanded={isDetailed}
            aria-controls="connect-details"
            onClick={() => setDetailed(!isDetailed)}
          >
            {t('popup_more')}
            <Icon name="chevron" />
          </button>
        </div>
        {isDetailed && (
          <div id="connect-details">
            <ConnectDetails />
          </div>
        )}
      </form>
      <p class="connect-progress" role="status">
        {isConnecting && (
          <>
            <Spinner />
            <span>
              {before}
              <bdi>{shortUrl(phase.url)}</bdi>
              {after}
            </span>
          </>
        )}
      </p>
      {phase.kind === 'failed' && <Failure failure={phase.error} act={act} />}
    </section>
  );
}

/** Servers of the page in front; for somebody without sessions, the recent addresses too. They fill the box: what is connected to is seen first. */
function Choices({ onPick }: { onPick: () => void }) {
  const found = foundServers.value;
  const recent = sessions.value.length === 0 ? recentUrls.value.filter((url) => !found.some((server) => server.url === url)) : [];
  const pick = (url: string) => {
    editConnect({ url });
    onPick();
  };
  return (
    <div class="choices">
      {found.length > 0 && (
        <p>
          {t('popup_onThisPage')}{' '}
          {found.map(({ url, name }) => (
            <button type="button" class="choice" key={url} title={url} onClick={() => pick(url)}>
              <bdi>
                <VisibleText text={name} />
              </bdi>
            </button>
          ))}
        </p>
      )}
      {recent.length > 0 && (
        <p>
          {t('popup_recent')}{' '}
          {recent.slice(0, MAX_RECENT_SHOWN).map((url) => (
            <button type="button" class="choice" key={url} title={url} onClick={() => pick(url)}>
              <bdi>{shortUrl(url)}</bdi>
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
