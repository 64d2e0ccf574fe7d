/** The worker: composes listeners and holds nothing in memory, so that the browser may end it at any time. */
import '../platform/zod-without-eval.ts';
import { defineBackground } from 'wxt/utils/define-background';
import { onInstalled, onPanelShortcut, openPanel, protectStorage } from '../platform/browser-shell.ts';

export default defineBackground({
  type: 'module',
  main() {
    onInstalled(() => void protectStorage());
    onPanelShortcut((windowId) => void openPanel(undefined, windowId));
  },
});
