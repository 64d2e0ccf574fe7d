/** Owns importing: pasting or opening a config file of another client, choosing among its servers, and connecting to them. */
import { useMemo, useRef } from 'preact/hooks';
import { t, tCount } from '../../platform/i18n.ts';
import type { ConfiguredServer } from '../../state/client-configs/configured-server.ts';
import { createImport, type ImportRow, isDue } from '../../state/client-configs/import-run.ts';
import { bridgeTo } from '../../state/client-configs/local-bridge.ts';
import { MAX_SERVERS, type ParsedConfig } from '../../state/client-configs/parse-config.ts';
import { connect } from '../../state/sessions.ts';
import { sessions } from '../../state/stored-state.ts';
import { CopyButton } from '../inspector/payload-buttons.tsx';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';
import { Notice } from '../kit/notice.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ImportRowView } from './import-row.tsx';

/** Characters of a line that are drawn; all of them are copied. */
const MAX_LINE = 400;

const isOpen = (url: string): boolean => sessions.peek().some((session) => session.url === url && !session.ended);

type Props = {
  /** What was pasted before this was shown. */
  initialText?: string;
  /** Whether files can be opened: a popup closes when the browser shows its file dialog. */
  takesFiles: boolean;
  onDone: () => void;
};

export function ImportView({ initialText = '', takesFiles, onDone }: Props) {
  const run = useMemo(() => {
    const made = createImport(connect, isOpen);
    made.read(initialText);
    return made;
  }, [initialText]);
  const file = useRef<HTMLInputElement>(null);
  const { text, parsed, rows, isRunning } = run.state.value;
  const due = rows.filter(isDue).length;
  const connected = rows.filter(({ outcome }) => outcome.kind === 'connected').length;

  const open = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    run.read(await chosen.text());
    if (file.current) file.current.value = '';
  };
  const start = async () => {
    await run.run();
    const ok = run.state.value.rows.filter(({ outcome }) => outcome.kind === 'connected').length;
    announce(tCount('config_connectedCount', ok));
  };
  return (
    <section
      class="server-lists"
      aria-label={t('config_import')}
      onDragOver={(event) => takesFiles && event.preventDefault()}
      onDrop={(event) => {
        if (!takesFiles || !event.dataTransfer?.files.length) return;
        event.preventDefault();
        void open(event.dataTransfer.files[0]);
      }}
    >
      <Field label={t('config_text')} hint={t('config_textHint')} error={problemOf(parsed)}>
        {(control) => (
          <textarea
            {...control}
            class="input mono"
            dir="ltr"
            rows={rows.length > 0 ? 3 : 8}
            spellcheck={false}
            autocomplete="off"
            placeholder={'{ "mcpServers": { … } }'}
            value={text}
            readOnly={isRunning}
            onInput={(event) => run.read(event.currentTarget.value)}
          />
        )}
      </Field>
      {takesFiles && (
        <div>
          <input
            ref={file}
            class="unseen"
            type="file"
            tabIndex={-1}
            aria-hidden="true"
            accept=".json,.jsonc,.txt,application/json"
            onChange={(event) => void open(event.currentTarget.files?.[0])}
          />
          <Button small onClick={() => file.current?.click()} aria-disabled={isRunning || undefined}>
            {t('config_openFile')}
          </Button>
        </div>
      )}
      {rows.length > 0 && (
        <>
          <Groups rows={rows} run={run} isRunning={isRunning} />
          {parsed.kind === 'servers' && parsed.isCut && <Notice tone="info" title={t('config_cut', MAX_SERVERS)} />}
          <div class="server-lists-foot">
            {isRunning ? (
              <Button key="cancel" onClick={run.cancel}>
                {t('config_cancel')}
              </Button>
            ) : (
              <Button key="connect" kind="primary" disabled={due === 0} onClick={() => void start()}>
                {due === 0 ? t('config_connectNone') : tCount('config_connect', due)}
              </Button>
            )}
            {connected > 0 && !isRunning && <Button onClick={onDone}>{t('config_done')}</Button>}
            <p class="quiet" role="status">
              {connected > 0 && tCount('config_connectedCount', connected)}
            </p>
          </div>
        </>
      )}
    </section>
  );
}

function Groups({ rows, run, isRunning }: { rows: readonly ImportRow[]; run: ReturnType<typeof createImport>; isRunning: boolean }) {
  const remote = rows.filter(({ server }) => server.kind === 'remote');
  const others = rows.flatMap(({ server }) => (server.kind === 'remote' ? [] : [server]));
  return (
    <>
      {remote.length > 0 && (
        <ul class="import-rows" aria-label={t('config_servers')}>
          {remote.map((row) => (
            <ImportRowView
              key={row.id}
              row={row}
              isOpen={row.outcome.kind === 'waiting' && row.server.kind === 'remote' && isOpen(row.server.url)}
              isLocked={isRunning}
              onChoose={(isChosen) => run.choose(row.id, isChosen)}
              onFill={(token, value) => run.fill(row.id, token, value)}
            />
          ))}
        </ul>
      )}
      {others.length > 0 && <Unreachable servers={others} />}
    </>
  );
}

/** What no browser can connect to, and the way there is. */
function Unreachable({ servers }: { servers: readonly Exclude<ConfiguredServer, { kind: 'remote' }>[] }) {
  return (
    <section class="import-unreachable" aria-label={t('config_unreachable')}>
      <h3>{t('config_unreachable')}</h3>
      <p class="quiet">{t('config_unreachableWhy')}</p>
      <ul>
        {servers.map((server, at) => (
          <li key={at}>
            <b dir="auto">{server.name === '' ? t('config_unnamed') : <VisibleText text={server.name} />}</b>
            {server.kind === 'local' ? (
              <Bridge {...bridgeTo(server.command, at)} variables={server.variables} />
            ) : (
              <span class="quiet">{t('config_withoutAddress')}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What to run, what it needs, and where the server is then. */
function Bridge({ line, address, variables }: { line: string; address: string; variables: readonly string[] }) {
  return (
    <>
      <code class="mono" dir="ltr">
        <VisibleText text={line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line} />
      </code>
      {variables.length > 0 && (
        <span class="quiet">
          <VisibleText text={t('config_variables', variables.join(', '))} />
        </span>
      )}
      <span class="import-copy">
        <CopyButton label={t('config_copyLine')} text={() => line} />
        <CopyButton label={t('config_copyAddress', address)} text={() => address} />
      </span>
    </>
  );
}

function problemOf(parsed: ParsedConfig): string | undefined {
  switch (parsed.kind) {
    case 'unreadable':
      return t('config_unreadable', parsed.line, parsed.column);
    case 'too-long':
      return t('config_tooLong');
    case 'no-servers':
      return t('config_noServers');
    default:
      return undefined;
  }
}
