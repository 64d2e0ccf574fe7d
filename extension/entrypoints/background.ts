/** The worker: composes listeners and holds nothing in memory, so that the browser may end it at any time. */
import '../platform/zod-without-eval.ts';
import { defineBackground } from 'wxt/utils/define-background';
import { onEachMinute, onInstalled, onPanelShortcut, openPanel, protectStorage } from '../platform/browser-shell.ts';
import { onStoredChange } from '../platform/stored.ts';
import { askForQuestions, showQuestions } from '../state/open-questions.ts';

export default defineBackground({
  type: 'module',
  main() {
    onInstalled(() => void protectStorage());
    onStoredChange(() => void showQuestions());
    onEachMinute(() => void askForQuestions());
    onPanelShortcut((windowId) => void openPanel(undefined, windowId));
  },
});
