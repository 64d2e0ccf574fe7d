/** Owns one server of an imported file: whether it is wanted, what is still to be filled in, and what came of connecting. */
import { t } from '../../platform/i18n.ts';
import type { ConfiguredServer } from '../../state/client-configs/configured-server.ts';
import type { ImportOutcome, ImportRow } from '../../state/client-configs/import-run.ts';
import { wordsFor } from '../../state/words.ts';
import { Field } from '../kit/field.tsx';
import { Dot } from '../kit/marks.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

type Props = {
  row: ImportRow;
  isOpen: boolean;
  isLocked: boolean;
  onChoose: (isChosen: boolean) => void;
  onFill: (token: string, value: string) => void;
};

export function ImportRowView({ row, isOpen, isLocked, onChoose, onFill }: Props) {
  const { server, outcome } = row;
  if (server.kind !== 'remote') return null;
  const isOver = outcome.kind === 'connected';
  return (
    <li class="import-row">
      <label class="import-choice">
        <input
          type="checkbox"
          checked={row.isChosen}
          disabled={isLocked || isOver}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
        <span class="import-text">
          <b dir="auto">
            <VisibleText text={server.name} />
          </b>
          <span class="quiet mono import-address" dir="ltr">
            <VisibleText text={server.url} />
          </span>
          {server.headers.length > 0 && (
            <span class="quiet">
              {t('config_headers')} <VisibleText text={server.headers.map(({ name }) => name).join(', ')} />
            </span>
          )}
        </span>
      </label>
      {row.isChosen && !isOver && <Places server={server} values={row.values} isLocked={isLocked} onFill={onFill} />}
      <Outcome outcome={outcome} isOpen={isOpen} />
    </li>
  );
}

type PlacesProps = Pick<Props, 'isLocked' | 'onFill'> & {
  server: Extract<ConfiguredServer, { kind: 'remote' }>;
  values: ImportRow['values'];
};

/** Inputs for what the file leaves open. A place in a header may stay empty: then that header is not sent. */
function Places({ server, values, isLocked, onFill }: PlacesProps) {
  if (server.places.length === 0) return null;
  return (
    <div class="import-places">
      {server.places.map(({ token, label, isSecret }) => (
        <Field key={token} label={label} hint={server.url.includes(token) ? undefined : t('config_placeHint')}>
          {(control) => (
            <input
              {...control}
              class="input mono"
              dir="ltr"
              // The types of Preact know a password field and a text field, but none that is either.
              type={(isSecret ? 'password' : 'text') as 'text'}
              autocomplete="off"
              spellcheck={false}
              readOnly={isLocked}
              value={values.get(token) ?? ''}
              onInput={(event) => onFill(token, event.currentTarget.value)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

function Outcome({ outcome, isOpen }: { outcome: ImportOutcome; isOpen: boolean }) {
  switch (outcome.kind) {
    case 'waiting':
      return isOpen ? <p class="import-outcome quiet">{t('config_alreadyOpen')}</p> : null;
    case 'connecting':
      return (
        <p class="import-outcome quiet">
          <Spinner /> {t('config_connecting')}
        </p>
      );
    case 'connected':
      return (
        <p class="import-outcome">
          <Dot tone={outcome.session.status === 'live' ? 'ok' : 'warn'} />
          {outcome.session.status === 'live' ? t('config_connected') : t('config_asksSignIn')}
        </p>
      );
    case 'invalid':
      return <p class="import-outcome bad">{outcome.reason}</p>;
    case 'failed': {
      const { title, meaning } = wordsFor(outcome.error.code);
      return (
        <p class="import-outcome bad">
          <b>{title}</b> {meaning} <VisibleText text={outcome.error.detail} />
        </p>
      );
    }
  }
}
