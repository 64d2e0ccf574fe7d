/** The popup: reads storage once, draws, and only then asks backend, page and browser. */
import '../../platform/zod-without-eval.ts';
import { render } from 'preact';
import { panelShortcut, primePanel } from '../../platform/browser-shell.ts';
import { firstPaint } from '../../platform/first-paint.ts';
import { setPageLanguage } from '../../platform/i18n.ts';
import { keepCallsFresh } from '../../state/call-freshness.ts';
import { startClock } from '../../state/clock.ts';
import { findServersOnPage } from '../../state/found-servers.ts';
import { keepFresh } from '../../state/freshness.ts';
import { panelKeys } from '../../state/popup-foot.ts';
import { openStored } from '../../state/stored-state.ts';
import { Popup } from '../../ui/popup/popup.tsx';
import '../../ui/popup/popup.css';

async function open(root: HTMLElement): Promise<void> {
  const opened = openStored();
  // The first word has the browser read all of them: storage is read meanwhile.
  setPageLanguage();
  await opened;
  render(<Popup />, root);
  performance.mark('mooring:first-sessions');
  await firstPaint();
  startClock();
  keepFresh();
  keepCallsFresh();
  void import('../../state/questions/freshness.ts').then(({ keepQuestionsFresh }) => keepQuestionsFresh());
  void primePanel();
  void findServersOnPage();
  panelKeys.value = await panelShortcut();
}

const root = document.getElementById('popup');
if (root) void open(root);
