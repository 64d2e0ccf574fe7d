/** The side panel (Firefox: the sidebar): reads storage once, draws, and only then asks the backend. */
import '../../platform/zod-without-eval.ts';
import { render } from 'preact';
import { setPageLanguage } from '../../platform/i18n.ts';
import { startClock } from '../../state/clock.ts';
import { keepFresh } from '../../state/freshness.ts';
import { followPanelTarget } from '../../state/panel-view.ts';
import { keepQuestionsFresh } from '../../state/questions/freshness.ts';
import { openStored } from '../../state/stored-state.ts';
import { Panel } from '../../ui/inspector/panel.tsx';
import '../../ui/kit/tokens.css';
import '../../ui/kit/base.css';
import '../../ui/kit/kit.css';
import '../../ui/inspector/inspector.css';
import '../../ui/inspector/tools-room.css';
import '../../ui/inspector/offers-room.css';
import '../../ui/schema-form/schema-form.css';
import '../../ui/inspector/result.css';
import '../../ui/inspector/content.css';
import '../../ui/inspector/activity-room.css';
import '../../ui/server-access/server-access.css';
import '../../ui/inspector/session-room.css';
import '../../ui/palette/palette.css';
import '../../ui/server-lists/server-lists.css';
import '../../ui/questions/questions.css';

async function open(root: HTMLElement): Promise<void> {
  setPageLanguage();
  await openStored();
  render(<Panel />, root);
  startClock();
  keepFresh();
  followPanelTarget();
  keepQuestionsFresh();
}

const root = document.getElementById('panel');
if (root) void open(root);
