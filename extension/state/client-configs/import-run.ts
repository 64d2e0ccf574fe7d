/**
 * Owns an import: what was pasted, which of its servers are wanted, what was filled in, and connecting to them one after the other.
 * Nothing of it is stored: header values go to the backend with the connection, which seals them, and are gone with the page.
 */
import { signal } from '@preact/signals';
import { MAX_NAME_LENGTH } from '../../../shared/limits.ts';
import type { ServerHeaders } from '../../../shared/requests.ts';
import { parseServerUrl } from '../../../shared/server-url.ts';
import { asGatewayError, type GatewayError } from '../../gateway/gateway-error.ts';
import type { StoredSession } from '../../platform/stored.ts';
import type { ConnectOptions } from '../sessions.ts';
import type { ConfiguredServer } from './configured-server.ts';
import { type ParsedConfig, parseConfig } from './parse-config.ts';
import { fillPlaceholders } from './placeholders.ts';

type RemoteServer = Extract<ConfiguredServer, { kind: 'remote' }>;
export type ImportOutcome =
  | { kind: 'waiting' }
  | { kind: 'connecting' }
  | { kind: 'connected'; session: StoredSession }
  | { kind: 'invalid'; reason: string }
  | { kind: 'failed'; error: GatewayError };
export type ImportRow = {
  id: number;
  server: ConfiguredServer;
  isChosen: boolean;
  /** What was typed, by the token that it stands for. */
  values: ReadonlyMap<string, string>;
  outcome: ImportOutcome;
};
export type Import = { text: string; parsed: ParsedConfig; rows: readonly ImportRow[]; isRunning: boolean };

export type Connect = (options: ConnectOptions, signal: AbortSignal) => Promise<StoredSession>;

/** @param isOpen Tells whether a session with an address is open already: then it is not chosen by itself. */
export function createImport(connect: Connect, isOpen: (url: string) => boolean) {
  const state = signal<Import>({ text: '', parsed: { kind: 'empty' }, rows: [], isRunning: false });
  let stop: AbortController | undefined;

  function read(text: string): void {
    if (state.value.isRunning) return;
    const parsed = parseConfig(text);
    const rows = parsed.kind === 'servers' ? parsed.servers.map((server, id) => toRow(server, id, isOpen)) : [];
    state.value = { text, parsed, rows, isRunning: false };
  }

  function change(id: number, patch: Partial<ImportRow>): void {
    state.value = { ...state.value, rows: state.value.rows.map((row) => (row.id === id ? { ...row, ...patch } : row)) };
  }

  /** Connects to what is chosen, one after the other; what is connected already is left alone, what failed is tried again. */
  async function run(): Promise<void> {
    if (state.value.isRunning) return;
    stop = new AbortController();
    state.value = { ...state.value, isRunning: true };
    for (const { id } of state.value.rows) {
      const row = state.value.rows.find((other) => other.id === id);
      if (row === undefined || !isDue(row) || row.server.kind !== 'remote' || stop.signal.aborted) continue;
      change(id, { outcome: { kind: 'connecting' } });
      change(id, { outcome: await connectTo(row.server, row.values, connect, stop.signal) });
    }
    state.value = { ...state.value, isRunning: false };
  }

  return {
    state,
    read,
    choose: (id: number, isChosen: boolean) => change(id, { isChosen }),
    fill(id: number, token: string, value: string): void {
      const row = state.value.rows.find((other) => other.id === id);
      if (row) change(id, { values: new Map(row.values).set(token, value) });
    },
    run,
    cancel: () => stop?.abort(),
  };
}

/** Tells whether a run would connect to it. */
export const isDue = ({ server, isChosen, outcome }: ImportRow): boolean =>
  server.kind === 'remote' && isChosen && outcome.kind !== 'connected';

function toRow(server: ConfiguredServer, id: number, isOpen: (url: string) => boolean): ImportRow {
  const isRemote = server.kind === 'remote';
  const values = new Map(isRemote ? server.places.map(({ token, initial }) => [token, initial]) : []);
  return { id, server, isChosen: isRemote && !isOpen(server.url), values, outcome: { kind: 'waiting' } };
}

async function connectTo(
  { name, url, transport, headers, places }: RemoteServer,
  values: ReadonlyMap<string, string>,
  connect: Connect,
  stop: AbortSignal,
): Promise<ImportOutcome> {
  const verdict = parseServerUrl(fillPlaceholders(url, values));
  if (verdict.kind === 'invalid') return { kind: 'invalid', reason: verdict.reason };
  // A header that still has an empty place says nothing that a server could want.
  const isFilled = (value: string) => !places.some(({ token }) => value.includes(token) && !values.get(token));
  const sent: ServerHeaders = Object.fromEntries(
    headers.filter(({ value }) => isFilled(value)).map((header) => [header.name, fillPlaceholders(header.value, values)]),
  );
  const options: ConnectOptions = {
    url: verdict.url,
    transport,
    ...(name.trim() !== '' && { name: name.trim().slice(0, MAX_NAME_LENGTH) }),
    ...(Object.keys(sent).length > 0 && { headers: sent }),
  };
  try {
    return { kind: 'connected', session: await connect(options, stop) };
  } catch (thrown) {
    const error = asGatewayError(thrown);
    return error.code === 'CANCELLED' ? { kind: 'waiting' } : { kind: 'failed', error };
  }
}
