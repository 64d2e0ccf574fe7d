/** Owns the acts of the model test: what was asked, what everybody was told of it, and that no two of these things contradict each other. */
import type { CallView, SendOptions, SessionUser } from './fault-session.ts';
import { readEvents } from './fault-stream.ts';
import type { Deed } from './model-server.ts';

const TERMINAL = new Set(['done', 'failed', 'unknown']);

type Outcome = { kind: 'result'; text: string } | { kind: 'failure'; code: string } | { kind: 'broken' };
export type Act = {
  act: number;
  key: string;
  deed: Deed;
  outcomes: Outcome[];
  state: string | undefined;
  cancelled: boolean;
  /** Requests for it by devices that had not been removed before. */
  allowed: number;
};
/** What is known of the devices that tokens belong to. */
export type Standings = { mayBeRefused(token: string): boolean; isRemoved(token: string): boolean };
/** All devices belong to the workspace, all the time. */
export const NOBODY_LEAVES: Standings = { mayBeRefused: () => false, isRemoved: () => false };
export type WalkReport = { acts: number; executions: number; outcomes: Record<string, number> };

export class Acts {
  readonly all: Act[] = [];
  readonly #fail: (reason: string) => void;
  readonly #tell: (step: string) => void;
  readonly #standings: () => Standings;

  constructor(fail: (reason: string) => void, tell: (step: string) => void, standings: () => Standings = () => NOBODY_LEAVES) {
    this.#fail = fail;
    this.#tell = tell;
    this.#standings = standings;
  }

  add(act: number, deed: Deed): Act {
    const made: Act = { act, key: `act-${act}-of-the-walk`, deed, outcomes: [], state: undefined, cancelled: false, allowed: 0 };
    this.all.push(made);
    return made;
  }

  /** Sends the act's request, or a copy of it, and reads what comes of it. @param leaveAfterMs When its client goes away, if it does. */
  async send(user: SessionUser, sent: Act, leaveAfterMs?: number): Promise<void> {
    const { act, key, deed, outcomes } = sent;
    const isRemoved = this.#standings().isRemoved(user.token);
    if (!isRemoved) sent.allowed++;
    const params = { name: 'act', arguments: { act, deed }, _meta: { progressToken: act } };
    const leaves = leaveAfterMs === undefined ? {} : { signal: AbortSignal.timeout(leaveAfterMs) };
    const outcome = await this.#request(user, { key, id: `request-${act}`, params, ...leaves });
    if (isRemoved && outcome.kind === 'result') this.#fail(`a device that had been removed was told the result of act ${act}`);
    outcomes.push(outcome);
    this.#tell(`  act ${act} → ${outcome.kind} ${'code' in outcome ? outcome.code : ''}`);
    if (outcome.kind === 'result' && outcome.text !== `act ${act}`) this.#fail(`act ${act} got the answer "${outcome.text}"`);
    if (outcome.kind === 'failure' && outcome.code === 'CALL_KEY_REUSED') this.#fail(`a copy of act ${act} was taken for another act`);
  }

  /** Sends another request under the act's key. */
  async sendOther(user: SessionUser, { act, key }: Act): Promise<void> {
    const outcome = await this.#request(user, { key, id: 'other', params: { name: 'act', arguments: { act: -1, deed: 'answer' } } });
    if (outcome.kind === 'result') this.#fail(`another request under the key of act ${act} was answered "${outcome.text}"`);
  }

  async #request(user: SessionUser, options: SendOptions): Promise<Outcome> {
    let response: Response;
    try {
      response = await user.open(options);
    } catch {
      return { kind: 'broken' };
    }
    const last = (await readEvents(response).rest()).at(-1);
    if (last === undefined || last.method !== undefined) return { kind: 'broken' };
    const { error, result } = last as { error?: { data?: { code?: string } }; result?: { content: { text: string }[] } };
    if (last.id !== options.id && last.id !== null) this.#fail(`${String(options.id)} got an answer with the id ${last.id}`);
    if (result) return { kind: 'result', text: result.content[0]?.text ?? '' };
    const code = error?.data?.code ?? 'none';
    this.judge(response.status, code, user.token);
    return { kind: 'failure', code };
  }

  /** The session is never refused: it is there all the time, and its devices are known, unless they were removed. */
  judge(status: number, code: string, token: string): void {
    const isRefusal = status === 401 || code === 'UNAUTHORIZED';
    if (isRefusal && this.#standings().mayBeRefused(token)) return;
    if (isRefusal || code === 'SESSION_NOT_FOUND' || code === 'SESSION_EXPIRED') this.#fail(`an answer of ${status} ${code}`);
    if (code === 'INTERNAL') this.#fail('the backend failed');
  }

  /** Makes one more session, and ends it where it was made: whatever breaks off in between, nothing of it is kept for ever. */
  async makeSession({ api, token }: SessionUser, url: string): Promise<void> {
    const { status, body } = await api.ask('POST', '/sessions', { token, body: { url } });
    const { id, code = '' } = body as { id?: string; code?: string };
    this.judge(status, code, token);
    this.#tell(`  session → ${status} ${code}`);
    if (id !== undefined) this.judge((await api.ask('DELETE', `/sessions/${id}`, { token })).status, '', token);
  }

  async cancel(user: SessionUser, act: Act): Promise<void> {
    act.cancelled = true;
    this.judge(await user.cancel(act.key), '', user.token);
  }

  async look(user: SessionUser, act: Act): Promise<CallView & { code?: string }> {
    const isRemoved = this.#standings().isRemoved(user.token);
    const view = await user.look(act.key);
    if (view.code !== undefined) this.judge(0, view.code, user.token);
    if (isRemoved && view.state !== undefined) this.#fail(`a device that had been removed saw act ${act.act}`);
    this.#see(act, view);
    return view;
  }

  async list(user: SessionUser): Promise<void> {
    const calls = (await user.list()) as CallView[] | undefined;
    for (const call of calls ?? []) {
      const act = this.all.find(({ key }) => key === call.key);
      if (act) this.#see(act, call);
    }
  }

  /** Judges an act that has come to its end. */
  judgeEnd({ act, state, outcomes, cancelled }: Act, ran: number): void {
    const results = outcomes.filter(({ kind }) => kind === 'result').length;
    if ((state === 'done' || results > 0) && ran === 0) this.#fail(`act ${act} is done, but never ran`);
    if (state === 'failed' && ran > 0 && !cancelled) this.#fail(`act ${act} is said to have failed, but it ran`);
  }

  report(executions: (act: number) => number): WalkReport {
    const outcomes: Record<string, number> = {};
    for (const { state = 'none' } of this.all) outcomes[state] = (outcomes[state] ?? 0) + 1;
    return { acts: this.all.length, executions: this.all.reduce((sum, { act }) => sum + executions(act), 0), outcomes };
  }

  /** An end is an end. Views may come in another order than they were made, so only what can't be undone is judged. */
  #see(act: Act, { state, response }: CallView): void {
    if (state === undefined || !TERMINAL.has(state)) return;
    if (act.state !== undefined && act.state !== state) this.#fail(`act ${act.act} was ${act.state} and is ${state}`);
    act.state = state;
    const { result } = (response ?? {}) as { result?: { content: { text: string }[] } };
    if (result && result.content[0]?.text !== `act ${act.act}`) this.#fail(`act ${act.act} is kept with another answer`);
  }
}
