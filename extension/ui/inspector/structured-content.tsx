/** Owns structured content beside the verdict on it. A result that breaks its schema is shown all the same: the fault is told, not hidden. */
import { useMemo, useState } from 'preact/hooks';
import { checkValue, type Verdict } from '../../state/schema-form/schema-check.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton } from './payload-buttons.tsx';

/** Values in a result up to which it is checked without being asked: checking takes time in proportion. */
const MAX_CHECKED_VALUES = 20_000;

type Props = { value: unknown; outputSchema: unknown };

export function StructuredContent({ value, outputSchema }: Props) {
  const [isAsked, setAsked] = useState(false);
  const isSmall = useMemo(() => countValues(value, MAX_CHECKED_VALUES) < MAX_CHECKED_VALUES, [value]);
  const verdict = useMemo(
    () => (outputSchema !== undefined && (isSmall || isAsked) ? checkValue(outputSchema, value) : undefined),
    [value, outputSchema, isSmall, isAsked],
  );
  return (
    <div class="result-part">
      <div class="bar">
        <b>Structured</b>
        {verdict !== undefined && <VerdictBadge verdict={verdict} />}
        {outputSchema === undefined && <span class="badge">no outputSchema</span>}
        {outputSchema !== undefined && verdict === undefined && (
          <Button kind="quiet" small onClick={() => setAsked(true)}>
            Check against outputSchema
          </Button>
        )}
        <span class="spacer" />
        <CopyButton text={() => JSON.stringify(value, null, 2)} />
      </div>
      {verdict?.kind === 'invalid' && (
        <ul class="issues">
          {verdict.issues.map((issue) => (
            <li key={`${issue.pointer} ${issue.keyword}`}>
              <code>{issue.pointer === '' ? 'the whole' : issue.pointer}</code> <VisibleText text={issue.message} />
            </li>
          ))}
        </ul>
      )}
      {verdict?.kind === 'unchecked' && (
        <p class="quiet">
          <VisibleText text={verdict.reason} />
        </p>
      )}
      <JsonView value={value} label="Structured content" />
    </div>
  );
}

function VerdictBadge({ verdict }: { verdict: Verdict }) {
  switch (verdict.kind) {
    case 'valid':
      return <span class="badge ok">matches outputSchema</span>;
    case 'invalid':
      return <span class="badge bad">does not match outputSchema</span>;
    case 'unchecked':
      return <span class="badge warn">outputSchema cannot be checked</span>;
  }
}

/** Counts the values inside a value, but no further than the limit. */
export function countValues(value: unknown, limit: number): number {
  const open: unknown[] = [value];
  let count = 0;
  while (open.length > 0 && count < limit) {
    const next = open.pop();
    count++;
    if (typeof next === 'object' && next !== null) {
      const inside = Object.values(next);
      if (inside.length >= limit) return limit;
      open.push(...inside);
    }
  }
  return count;
}
