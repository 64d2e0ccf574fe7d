/** Owns the settings: the backend with its check, this device's name, the access code, and the devices of the workspace. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_ACCESS_CODE_LENGTH, MAX_NAME_LENGTH } from '../../../shared/limits.ts';
import { describeDevice, extensionVersion } from '../../platform/browser-shell.ts';
import { t } from '../../platform/i18n.ts';
import { startOver } from '../../state/sessions.ts';
import { backendCheck, checkAddress, openSettingsForm, saveSettingsForm, settingsDraft } from '../../state/settings-form.ts';
import type { Remedy } from '../../state/words.ts';
import { wordsFor } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button, IconButton } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';
import { Failure, Notice } from '../kit/notice.tsx';
import { ConfigFiles } from './config-files.tsx';
import { copyDetails } from './copying.ts';
import { DeviceList } from './device-list.tsx';
import { closeSettings } from './open-settings.ts';

export function SettingsView() {
  const title = useRef<HTMLHeadingElement>(null);
  const [isSaving, setSaving] = useState(false);
  useLayoutEffect(() => {
    openSettingsForm();
    title.current?.focus();
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // Left alone, it would close the popup.
      event.preventDefault();
      closeSettings();
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, []);
  const draft = settingsDraft.value;
  const edit = (patch: Partial<typeof draft>) => {
    settingsDraft.value = { ...draft, ...patch };
    backendCheck.value = { kind: 'idle' };
  };
  const save = async () => {
    setSaving(true);
    const isTaken = await saveSettingsForm();
    setSaving(false);
    if (!isTaken) return;
    announce(t('settings_saved'));
    closeSettings();
  };
  return (
    <>
      <header class="popup-header">
        <IconButton icon="back" label={t('settings_back')} onClick={closeSettings} />
        <h1 ref={title} tabIndex={-1}>
          {t('settings_title')}
        </h1>
        <span class="popup-spacer" />
        <span class="settings-version">{extensionVersion()}</span>
      </header>
      <main class="popup-main settings-main">
        <form
          class="settings-form"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Field
            label={t('settings_backend')}
            hint={t('settings_backendHint')}
            error={backendCheck.value.kind === 'invalid' ? backendCheck.value.reason : undefined}
          >
            {(control) => (
              <input
                {...control}
                class="input mono"
                dir="ltr"
                inputMode="url"
                autocomplete="off"
                spellcheck={false}
                value={draft.backendUrl}
                onInput={(event) => edit({ backendUrl: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={t('settings_accessCode')} hint={t('settings_accessCodeHint')}>
            {(control) => (
              <input
                {...control}
                class="input"
                type="password"
                autocomplete="off"
                maxLength={MAX_ACCESS_CODE_LENGTH}
                value={draft.accessCode}
                onInput={(event) => edit({ accessCode: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={t('settings_deviceName')} hint={t('settings_deviceNameHint')}>
            {(control) => (
              <input
                {...control}
                class="input"
                dir="auto"
                maxLength={MAX_NAME_LENGTH}
                placeholder={describeDevice()}
                value={draft.deviceName}
                onInput={(event) => edit({ deviceName: event.currentTarget.value })}
              />
            )}
          </Field>
          <CheckResult />
          <div class="settings-buttons">
            <Button kind="primary" type="submit" busy={isSaving}>
              {t('kit_save')}
            </Button>
            <Button busy={!isSaving && backendCheck.value.kind === 'checking'} onClick={() => void checkAddress()}>
              {t('settings_check')}
            </Button>
          </div>
        </form>
        <DeviceList />
        <ConfigFiles />
      </main>
    </>
  );
}

/** What the check of the address found, with what to do about it. */
function CheckResult() {
  const check = backendCheck.value;
  if (check.kind === 'failed') {
    const { error } = check;
    const act = (remedy: Remedy): (() => void) | undefined => {
      if (remedy === 'register-again') return () => void startOver().then(saveSettingsForm);
      if (remedy === 'copy-details') return () => void copyDetails(error);
      return remedy === 'retry' ? () => void checkAddress() : undefined;
    };
    return <Failure failure={error} act={act} />;
  }
  if (check.kind !== 'answered') return null;
  const { verdict } = check;
  if (verdict.kind === 'good')
    return (
      <Notice tone="info" title={t('settings_fine')}>
        {verdict.summary}
      </Notice>
    );
  if (verdict.kind === 'forgetful')
    return (
      <Notice tone="warn" title={t('settings_forgetful')} detail={verdict.hint}>
        {t('settings_forgetfulMeaning')}
      </Notice>
    );
  const words = wordsFor(verdict.code);
  return (
    <Notice tone="bad" title={words.title} detail={verdict.hint}>
      {words.meaning}
    </Notice>
  );
}
