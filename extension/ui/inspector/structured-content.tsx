/** Owns structured content beside the verdict on it. A result that breaks its schema is shown all the same: the fault is told, not hidden. */
import { useMemo, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { checkValue, type Verdict } from '../../state/schema-form/schema-check.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { countValues } from './json-tree.ts';
import { JsonView } from './json-view.tsx';
import { CopyButton, SaveButton } from './payload-buttons.tsx';

/** Values in a result up to which it is checked without being asked: checking takes time in proportion. */
const MAX_CHECKED_VALUES = 20_000;

type Props = { value: unknown; outputSchema: unknown };

export function StructuredContent({ value, outputSchema }: Props) {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const isSmall = useMemo(() => countValues(value, MAX_CHECKED_VALUES) < MAX_CHECKED_VALUES, [value]);
  const verdict = useMemo(
    () => (outputSchema !== undefined && (isSmall || isAsked) ? checkValue(outputSchema, value) : undefined),
    [value, outputSchema, isSmall, isAsked],
  );
  const check = () => {
    setBusy(true);
    // It is drawn first: the check itself is one piece of work, some hundred milliseconds for ten megabytes.
    requestAnimationFrame(() => setTimeout(() => setAsked(true)));
  };
  return (
    <div class="result-part">
      <div class="bar result-bar">
        <b>{t('result_structured')}</b>
        {verdict !== undefined && <VerdictBadge verdict={verdict} />}
        {outputSchema === undefined && <span class="badge">{t('result_noSchema')}</span>}
        {outputSchema !== undefined && verdict === undefined && (
          <Button kind="quiet" small busy={isBusy} onClick={check}>
            {t('result_check')}
          </Button>
        )}
        <span class="bar-end">
          <CopyButton json={value} />
          <SaveButton name="structured.json" json={value} />
        </span>
      </div>
      {verdict?.kind === 'invalid' && (
        <ul class="issues">
          {verdict.issues.map((issue) => (
            <li key={`${issue.pointer} ${issue.keyword}`}>
              <code>{issue.pointer === '' ? t('result_wholeValue') : issue.pointer}</code> <VisibleText text={issue.message} />
            </li>
          ))}
        </ul>
      )}
      {verdict?.kind === 'unchecked' && (
        <p class="quiet">
          <VisibleText text={verdict.reason} />
        </p>
      )}
      <JsonView value={value} label={t('result_structuredContent')} />
    </div>
  );
}

function VerdictBadge({ verdict }: { verdict: Verdict }) {
  switch (verdict.kind) {
    case 'valid':
      return <span class="badge ok">{t('result_valid')}</span>;
    case 'invalid':
      return <span class="badge bad">{t('result_invalid')}</span>;
    case 'unchecked':
      return <span class="badge warn">{t('result_unchecked')}</span>;
  }
}
