/** Owns the frame of the popup: header, the view in it, footer. */

import { useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { confirmation, panelKeys } from '../../state/popup-foot.ts';
import { selectedSession, sessions, settings } from '../../state/stored-state.ts';
import { Announcer } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { lazily } from '../kit/lazily.tsx';
import { Kbd } from '../kit/marks.tsx';
import { BackendNotice } from './backend-notice.tsx';
import { ConnectBox } from './connect-box.tsx';
import { Header } from './header.tsx';
import { isSettingsOpen } from './open-settings.ts';
import { pastedConfig } from './pasted-config.ts';
import { SessionList } from './session-list.tsx';
import { showInspector } from './show-inspector.ts';

// Loaded with the first thing that is done.
const LastAct = lazily(async () => (await import('./last-act.tsx')).LastAct);
// Loaded when somebody goes there.
const SettingsView = lazily(async () => (await import('./settings-view.tsx')).SettingsView);
const ImportPage = lazily(async () => (await import('./import-page.tsx')).ImportPage);

// Loaded with the first question.
const QuestionStack = lazily(async () => (await import('../questions/question-stack.tsx')).QuestionStack);
const hasQuestions = () => sessions.value.some(({ ended, questions, running }) => !ended && questions + running > 0);

export function Popup() {
  if (!settings.value) return null;
  return (
    <>
      {isSettingsOpen.value ? (
        <SettingsView />
      ) : pastedConfig.value !== undefined ? (
        <ImportPage text={pastedConfig.value} />
      ) : (
        <>
          <Header />
          <main class="popup-main">
            <Questions />
            <BackendNotice />
            <ConnectBox />
            <SessionList />
          </main>
          <Footer />
        </>
      )}
      <Announcer />
    </>
  );
}

/** What was answered still says so when nothing waits any more: once there, the stack stays. */
function Questions() {
  const wereThere = useRef(false);
  wereThere.current ||= hasQuestions();
  return wereThere.current ? <QuestionStack /> : null;
}

function Footer() {
  const said = confirmation.value;
  const isUsable = sessions.value.some(({ ended }) => !ended);
  return (
    <footer class="popup-footer">
      <span class="popup-confirmation">{said && <LastAct {...said} />}</span>
      <Button kind="quiet" small disabled={!isUsable} onClick={() => void showInspector(selectedSession.value?.id)}>
        <Icon name="panel" />
        {t('popup_inspector')}
        {panelKeys.value.length > 0 && <Kbd keys={panelKeys.value} />}
      </Button>
    </footer>
  );
}
