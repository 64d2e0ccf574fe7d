/** Owns the pages that a server wants visited before a tool can run: each with its whole address, and the way to go on. */
import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { UrlAsk } from '../../state/questions/ask.ts';
import { completedElicitations } from '../../state/questions/open-list.ts';
import { openPage } from '../../state/questions/open-page.ts';
import { Button } from '../kit/button.tsx';
import { Said, SaidText } from './said.tsx';
import { WholeAddress } from './url-card.tsx';

export function UrlRequired({ pages }: { pages: readonly UrlAsk[] }) {
  return (
    <div class="url-required">
      <p>{t('questions_urlRequiredMeaning')}</p>
      {pages.map((page, at) => (
        <Page key={page.elicitationId ?? at} page={page} />
      ))}
    </div>
  );
}

function Page({ page }: { page: UrlAsk }) {
  const { link, elicitationId } = page;
  const [isOpened, setOpened] = useState(false);
  const isDone = elicitationId !== undefined && completedElicitations.value.has(elicitationId);
  return (
    <div class="question">
      <Said label={t('questions_serverWrites')}>
        <SaidText text={page.message} />
      </Said>
      <WholeAddress url={page.url} link={link} />
      {link && (
        <div class="button-row question-buttons">
          <Button
            small
            onClick={() => {
              setOpened(true);
              void openPage(link.href);
            }}
          >
            <span class="clip">{t('questions_open', link.host)}</span>
          </Button>
        </div>
      )}
      {(isOpened || isDone) && (
        <p class="question-end" role="status">
          {isDone ? t('questions_completed') : elicitationId === undefined ? t('questions_opened') : t('questions_awaitsCompletion')}
        </p>
      )}
    </div>
  );
}
