/** Owns the less common choices of the connect box: transport, name, headers for the server. */

import { TransportChoice } from '../../../shared/contract.ts';
import { MAX_NAME_LENGTH } from '../../../shared/limits.ts';
import { t } from '../../platform/i18n.ts';
import { connectDraft, connectPhase, editConnect } from '../../state/connect-form.ts';
import { Field } from '../kit/field.tsx';
import { HeaderFields } from '../server-access/header-fields.tsx';
import { transportLabel } from './short-url.ts';

export function ConnectDetails() {
  const draft = connectDraft.value;
  const phase = connectPhase.value;
  return (
    <div class="connect-details">
      <Field label={t('popup_transport')}>
        {(control) => (
          <select
            {...control}
            class="input"
            value={draft.transport}
            onChange={(event) => editConnect({ transport: TransportChoice.parse(event.currentTarget.value) })}
          >
            <option value="auto">{transportLabel('auto')}</option>
            <option value="streamable-http">{transportLabel('streamable-http')}</option>
            <option value="sse">{transportLabel('sse')}</option>
          </select>
        )}
      </Field>
      <Field label={t('popup_name')}>
        {(control) => (
          <input
            {...control}
            class="input"
            dir="auto"
            maxLength={MAX_NAME_LENGTH}
            placeholder={t('popup_nameOfServer')}
            value={draft.name}
            onInput={(event) => editConnect({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <HeaderFields
        rows={draft.headers}
        onChange={(headers) => editConnect({ headers })}
        invalid={phase.kind === 'bad-header' ? phase.verdict : undefined}
      />
    </div>
  );
}
