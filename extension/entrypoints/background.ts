/** The worker: composes listeners and holds nothing in memory, so that the browser may end it at any time. */
import '../platform/zod-without-eval.ts';
import { defineBackground } from 'wxt/utils/define-background';
import { onBrowserStarted, onEachMinute, onInstalled, onPanelShortcut, openPanel, protectStorage } from '../platform/browser-shell.ts';
import { onOwnMessage } from '../platform/own-messages.ts';
import { onStoredChange } from '../platform/stored-changes.ts';
import { followJoining } from '../state/joining.ts';
import { askForQuestions, showQuestions } from '../state/open-questions.ts';
import { dropLostSignIns, runSignInWish } from '../state/sign-in-window.ts';

export default defineBackground({
  type: 'module',
  main() {
    onInstalled(() => void protectStorage());
    onBrowserStarted(() => void dropLostSignIns());
    onStoredChange(() => void showQuestions());
    onEachMinute(() => {
      void askForQuestions();
      void followJoining();
    });
    onPanelShortcut((windowId) => void openPanel(undefined, windowId));
    onOwnMessage(runSignInWish);
  },
});
