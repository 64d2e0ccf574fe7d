/** Owns structured content beside the verdict on it. A result that breaks its schema is shown all the same: the fault is told, not hidden. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { inSlices } from '../../platform/in-slices.ts';
import { checkPiecewise, checkValue, type Verdict } from '../../state/schema-form/schema-check.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { countValues } from './json-tree.ts';
import { JsonView } from './json-view.tsx';
import { CopyButton, SaveButton } from './payload-buttons.tsx';

/** Values in a result up to which it is checked without being asked: checking takes time in proportion. */
const MAX_CHECKED_VALUES = 20_000;

type Props = { value: unknown; outputSchema: unknown };

export function StructuredContent({ value, outputSchema }: Props) {
  const { verdict, isBusy, check } = useVerdict(value, outputSchema);
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

/** Checks what is small at once, and what is large when asked, piece by piece and for as long as it is shown. */
function useVerdict(value: unknown, outputSchema: unknown): { verdict: Verdict | undefined; isBusy: boolean; check: () => void } {
  const [asked, setAsked] = useState<{ of: unknown }>();
  const [found, setFound] = useState<{ of: unknown; by: unknown; verdict: Verdict }>();
  const isSmall = useMemo(() => countValues(value, MAX_CHECKED_VALUES) < MAX_CHECKED_VALUES, [value]);
  const atOnce = useMemo(
    () => (outputSchema !== undefined && isSmall ? checkValue(outputSchema, value) : undefined),
    [value, outputSchema, isSmall],
  );
  // What was asked of an earlier result was not asked of this one.
  const isAsked = asked !== undefined && asked.of === value && outputSchema !== undefined && !isSmall;
  useEffect(() => {
    if (!isAsked) return;
    const stop = new AbortController();
    void inSlices(checkPiecewise(outputSchema, value), stop.signal)
      .then((verdict) => {
        if (!stop.signal.aborted) setFound({ of: value, by: outputSchema, verdict });
      })
      // Nobody waits for it any more.
      .catch(() => undefined);
    return () => stop.abort();
  }, [isAsked, value, outputSchema]);
  const late = isAsked && found !== undefined && found.of === value && found.by === outputSchema ? found.verdict : undefined;
  return { verdict: atOnce ?? late, isBusy: isAsked && late === undefined, check: () => setAsked({ of: value }) };
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
