/** Owns a page that a server asks to have opened: its whole address first, and nothing opens without a click. Source: MCP 2025-11-25, Elicitation > URL mode. */
import { t } from '../../platform/i18n.ts';
import type { LinkFacts } from '../../state/link-facts.ts';
import { acceptUrl } from '../../state/questions/answer.ts';
import type { UrlAsk } from '../../state/questions/ask.ts';
import { type AskedQuestion, answer } from '../../state/questions/open-list.ts';
import { openPage } from '../../state/questions/open-page.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { Buttons } from './question-buttons.tsx';
import { Said, SaidText } from './said.tsx';

export function UrlCard({ question, ask }: { question: AskedQuestion; ask: UrlAsk }) {
  const { phase } = question;
  const { link } = ask;
  // The popup closes with the tab that opens: the server hears of it first.
  const open = async (href: string) => {
    if (await answer(question, 'accept', acceptUrl)) await openPage(href);
  };
  return (
    <>
      <Said label={t('questions_serverWrites')}>
        <SaidText text={ask.message} />
      </Said>
      <WholeAddress url={ask.url} link={link} />
      <Buttons question={question}>
        {link && (
          <Button kind="primary" busy={phase.kind === 'sending' && phase.act === 'accept'} onClick={() => void open(link.href)}>
            <span class="clip">{t('questions_open', link.host)}</span>
          </Button>
        )}
      </Buttons>
    </>
  );
}

/** The address as the browser will open it, with its host stressed; the spelling of the server too, where that is another. */
export function WholeAddress({ url, link }: { url: string; link: LinkFacts | undefined }) {
  if (link === undefined)
    return (
      <>
        <p class="address" dir="ltr">
          <VisibleText text={url} />
        </p>
        <p class="question-warning" role="alert">
          {t('questions_noPage')}
        </p>
      </>
    );
  const at = link.href.indexOf(link.host, link.href.includes('@') ? link.href.indexOf('@') : 0);
  return (
    <>
      <p class="address" dir="ltr">
        {link.href.slice(0, at)}
        <strong>{link.host}</strong>
        {link.href.slice(at + link.host.length)}
      </p>
      {url !== link.href && `${url}/` !== link.href && (
        <p class="question-note">
          {t('questions_writtenAs')}{' '}
          <bdi class="mono">
            <VisibleText text={url} />
          </bdi>
        </p>
      )}
      {link.warnings.map((warning) => (
        <p key={warning} class="question-warning">
          {warning}
        </p>
      ))}
    </>
  );
}
