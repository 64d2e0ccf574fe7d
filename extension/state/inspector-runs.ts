/**
 * Owns the last run of each tool: begun here, or found at the backend because it began elsewhere or before this panel was opened.
 * How a kept call reads as a run is kept-call.ts; who sends and follows is the gateway's.
 */
import { signal } from '@preact/signals';
import type { Call } from '../../shared/contract.ts';
import { keyOfAct } from '../gateway/call-rounds.ts';
import { asGatewayError } from '../gateway/gateway-error.ts';
import {
  type CallFailure,
  type CallWatch,
  type Outcome,
  PANEL_LEFT,
  type Progress,
  type ToolCall,
  type ToolResult,
} from '../gateway/mcp-connection.ts';
import { t } from '../platform/i18n.ts';
import type { StoredAct } from '../platform/stored-acts.ts';
import { startLimit } from './call-limit.ts';
import type { CallReach } from './call-reach.ts';
import type { SharedConnection } from './inspector-connection.ts';
import { mayHaveRun } from './inspector-failure.ts';
import { type Answered, asksUser, isRunning, newestOfEachTool, toOutcome } from './kept-call.ts';
import type { Arguments, Run } from './run.ts';

/** The request of an act that is under way; `key` is undefined while the server waits for answers. `isOwn` where this panel sent it. */
type Request = { key: string | undefined; readonly isOwn: boolean; readonly giveUp: () => void };
type Base = Pick<Run, 'key' | 'tool' | 'arguments' | 'startedAtMs' | 'device'>;

/**
 * @param schemaOf Returns what the server says of a tool's arguments, where it has listed the tool.
 * @param limitMs Silence after which a call is cancelled; undefined for never.
 * @param onSettled Called after every call that ended: activity and the session's time have moved.
 * @param onLost Called when a call is not heard of any more: then the session may not be either.
 */
export function createRuns(
  connection: SharedConnection,
  reach: CallReach,
  schemaOf: (tool: string) => unknown,
  limitMs: () => number | undefined,
  onSettled: (failure: CallFailure | undefined) => void,
  onLost: () => void,
) {
  const runs = signal<ReadonlyMap<string, Run>>(new Map());
  const left = new AbortController();
  /** Acts that this panel sends or follows at this moment. */
  const watched = new Set<string>();
  /** Calls that were cancelled because nothing was heard of them for so long, ms. */
  const silent = new Map<string, number>();

  const toCall = (tool: string, args: Arguments): ToolCall => ({ name: tool, arguments: args, inputSchema: schemaOf(tool) });

  function setRun(run: Run): void {
    if (!left.signal.aborted) runs.value = new Map(runs.value).set(run.tool, run);
  }

  /** Changes the run of an act while it goes on and is the one that is shown. */
  function update({ tool, key }: Base, change: Partial<Extract<Run, { kind: 'running' }>>): void {
    const run = runs.value.get(tool);
    if (run?.kind === 'running' && run.key === key) setRun({ ...run, ...change });
  }

  /** Shows a run and keeps it up to date until it has ended. */
  async function watch(
    base: Base,
    known: { progress?: Progress; isCancelling?: boolean },
    act: (heard: CallWatch, stopped: AbortSignal) => Promise<Outcome<ToolResult>>,
    { key = base.key, isOwn = false }: { key?: string; isOwn?: boolean } = {},
  ): Promise<void> {
    watched.add(base.key);
    const stop = new AbortController();
    const request: Request = {
      key,
      isOwn,
      // The reason goes to the server with the cancellation.
      giveUp: () => stop.abort('Cancelled by the user'),
    };
    setRun({ ...base, ...known, kind: 'running', cancel: () => void cancel(base, request) });
    const allowedMs = limitMs();
    const limit = startLimit(allowedMs, reach.isAsking, () => {
      silent.set(base.key, allowedMs ?? 0);
      void cancel(base, request);
    });
    const heard: CallWatch = {
      onRound(round) {
        request.key = round;
      },
      onProgress(progress) {
        limit.extend();
        update(base, { progress });
      },
      onContact(contact) {
        const run = runs.value.get(base.tool);
        if (run?.kind !== 'running' || run.key !== base.key) return;
        if (contact.kind === 'lost' && run.lost === undefined) onLost();
        if (contact.kind === 'lost') update(base, { lost: { code: contact.code, sinceMs: run.lost?.sinceMs ?? Date.now() } });
        else if (run.lost !== undefined) setRun(heardAgain(run));
      },
    };
    const outcome = await act(heard, stop.signal);
    limit.stop();
    watched.delete(base.key);
    // The panel went away, not the call.
    if (left.signal.aborted) return;
    const endedAtMs = Date.now();
    const span = { durationMs: Math.max(0, endedAtMs - base.startedAtMs), endedAtMs };
    await settle(base, outcome, span);
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  async function settle(base: Base, ended: Outcome<ToolResult>, span: { durationMs: number; endedAtMs: number }): Promise<void> {
    const afterMs = silent.get(base.key);
    const isSilent = ended.kind === 'failed' && ended.failure.kind === 'cancelled' && afterMs !== undefined;
    const outcome: Outcome<ToolResult> = isSilent ? { kind: 'failed', failure: { kind: 'timeout', afterMs } } : ended;
    if (outcome.kind === 'done') setRun({ ...base, ...span, kind: 'done', result: outcome.value });
    else setRun({ ...base, ...span, kind: 'failed', failure: outcome.failure, isUnsent: outcome.isUnsent === true });
    // In doubt, the act is kept: the next panel asks for it again, until the user runs the tool once more.
    if (outcome.kind === 'done' || outcome.isUnsent || !mayHaveRun(outcome.failure)) await reach.removeAct(base.key);
  }

  async function cancel(base: Base, { key, isOwn, giveUp }: Request): Promise<void> {
    update(base, { isCancelling: true });
    // Nothing runs at the server: it waits for the answer that will not come.
    if (key === undefined) return giveUp();
    try {
      await reach.cancel(key);
    } catch (thrown) {
      const { code } = asGatewayError(thrown);
      // It has not arrived there: then this is the place to stop it.
      if (code === 'CALL_NOT_FOUND' && isOwn) giveUp();
      else update(base, { isCancelling: false, cancelFailure: code });
    }
  }

  /** Runs a tool, one run of each at a time: one act with a key of its own, stored before it is sent; its arguments only if they may be. */
  async function run(tool: string, args: Arguments, { isStorable = true } = {}): Promise<void> {
    const earlier = runs.value.get(tool);
    if (earlier?.kind === 'running') return;
    const base = { key: crypto.randomUUID(), tool, arguments: args, startedAtMs: Date.now() };
    await watch(
      base,
      {},
      async (heard, stopped) => {
        const act = { key: base.key, tool, ...(isStorable && { arguments: args }), startedAt: new Date(base.startedAtMs).toISOString() };
        try {
          await reach.saveAct(act, earlier === undefined ? [] : [earlier.key]);
        } catch (error) {
          const message = t('error_storageFull', String(error));
          return { kind: 'failed', failure: { kind: 'unexpected', message }, isUnsent: true };
        }
        return connection.use((open) => open.callTool(base.key, toCall(tool, args), heard, stopped));
      },
      { isOwn: true },
    );
  }

  /** Follows a call that runs, and goes on with it where the server asks something instead of completing it. */
  async function follow(base: Base, key: string, heard: CallWatch, stopped: AbortSignal): Promise<Outcome<ToolResult>> {
    const outcome = await reach.follow(key, heard, left.signal);
    return asksUser(outcome, base.arguments) ? goOn(base, key, outcome, heard, stopped) : outcome;
  }

  /** Goes on with a call whose server waits for answers. */
  function goOn(
    { tool, arguments: args = {} }: Base,
    key: string,
    { value }: Answered,
    heard: CallWatch,
    stopped: AbortSignal,
  ): Promise<Outcome<ToolResult>> {
    return connection.use((open) => open.callTool(key, toCall(tool, args), heard, AbortSignal.any([left.signal, stopped]), value));
  }

  /** Shows a kept call as the last run of its tool, unless a later one is shown already. */
  async function adopt(call: Call & { label: string }, listed: readonly Call[], act: StoredAct | undefined): Promise<void> {
    const { label: tool, device } = call;
    const key = keyOfAct(call.key);
    const shown = runs.value.get(tool);
    if (watched.has(key) || (shown?.key === key && !isDoubtful(shown))) return;
    if (shown !== undefined && shown.key !== key) {
      if (shown.kind === 'running') return;
      // Both times are the backend's: clocks of devices differ.
      const shownAt = listed.find((other) => other.key === shown.key)?.startedAt;
      if (shownAt !== undefined && shownAt >= call.startedAt) return;
    }
    const base = { key, tool, device, arguments: act?.arguments, startedAtMs: Date.parse(call.startedAt) };
    if (isRunning(call)) {
      const known = { ...(call.progress && { progress: call.progress as Progress }), ...(call.cancelRequested && { isCancelling: true }) };
      void watch(base, known, (heard, stopped) => follow(base, call.key, heard, stopped), { key: call.key });
      return;
    }
    const endedAtMs = Date.parse(call.settledAt ?? call.startedAt);
    const outcome = toOutcome(await reach.read(call.key, left.signal));
    if (asksUser(outcome, base.arguments) && runs.value.get(tool) === shown)
      return void watch(base, {}, (heard, stopped) => goOn(base, call.key, outcome, heard, stopped), { key: call.key });
    if (runs.value.get(tool) === shown) await settle(base, outcome, { durationMs: endedAtMs - base.startedAtMs, endedAtMs });
  }

  /** Shows acts of this browser that the backend does not list: it is asked for each, for as long as it does not answer. */
  function resume(acts: readonly StoredAct[], listed: readonly Call[]): void {
    for (const act of acts) {
      if (watched.has(act.key) || listed.some(({ key }) => key === act.key)) continue;
      const base = { key: act.key, tool: act.tool, arguments: act.arguments, startedAtMs: Date.parse(act.startedAt) };
      const shown = runs.value.get(act.tool);
      if (shown?.kind === 'running' || (shown !== undefined && shown.startedAtMs >= base.startedAtMs)) continue;
      void watch(base, {}, (heard, stopped) => follow(base, act.key, heard, stopped));
    }
  }

  /** Brings the runs up to date with what the backend keeps. Never throws: what can't be read stays as it was. */
  async function restore(): Promise<void> {
    const acts = await reach.loadActs();
    let listed: Call[] = [];
    try {
      listed = await reach.list(left.signal);
      for (const call of newestOfEachTool(listed))
        await adopt(
          call,
          listed,
          acts.find(({ key }) => key === keyOfAct(call.key)),
        );
    } catch {
      // An outage: what this browser knows itself is followed below, and the rest is asked for when the backend is back.
    }
    if (!left.signal.aborted) resume(acts.toReversed(), listed);
  }

  return { runs, run, restore, leave: () => left.abort(PANEL_LEFT) };
}

const isDoubtful = (run: Run): boolean => run.kind === 'failed' && !run.isUnsent && mayHaveRun(run.failure);

function heardAgain(run: Extract<Run, { kind: 'running' }>): Run {
  const { lost: _heardAgain, ...rest } = run;
  return rest;
}
