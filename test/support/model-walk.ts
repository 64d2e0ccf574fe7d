/**
 * Owns one random walk of the model test: what users, devices, networks, storage and platforms do to a session, in any order, and what must
 * hold all the while. A walk is told by its seed; the first thing that does not hold ends it with an error that tells the last steps.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { clientOf } from './api-client.ts';
import type { SessionUser } from './fault-session.ts';
import { type Act, Acts, type WalkReport } from './model-acts.ts';
import { ModelDevices } from './model-devices.ts';
import { ModelListener } from './model-listener.ts';
import { openRandom, type Random } from './model-random.ts';
import { DEEDS } from './model-server.ts';
import type { World } from './model-world.ts';

const STEPS = 45;
/** Longer than any lease, ms. */
const AFTER_LEASES_MS = 40_000;
/** A call that has not ended this long after all faults are over never will, ms. */
const ENDS_WITHIN_MS = 25_000;

/** @throws Error that names the seed, what did not hold, and the steps that led to it. */
export async function walk(world: World, seed: number): Promise<WalkReport> {
  const steps: string[] = [];
  try {
    return await new Walk(world, openRandom(seed), (step) => steps.push(step)).run();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`Seed ${seed} (${world.kind}): ${what}\n${steps.slice(-60).join('\n')}`, { cause: error });
  } finally {
    world.mendStorage();
  }
}

/** Acts and questions of one process of the test are counted over all its walks: the server remembers them. */
let counted = 0;

class Walk {
  readonly #world: World;
  readonly #random: Random;
  readonly #tell: (step: string) => void;
  readonly #acts: Acts;
  readonly #pending = new Set<Promise<void>>();
  readonly #questions: number[] = [];
  readonly #broken: string[] = [];
  readonly #listeners = new Set<ModelListener>();
  readonly #devices: ModelDevices;

  constructor(world: World, random: Random, tell: (step: string) => void) {
    this.#world = world;
    this.#random = random;
    this.#tell = tell;
    this.#acts = new Acts(
      (reason) => this.#fail(reason),
      tell,
      () => this.#devices,
    );
    const apis = world.backends.map(({ url }) => clientOf(url));
    this.#devices = new ModelDevices(random, apis, (status, code, token) => this.#acts.judge(status, code, token));
  }

  async run(): Promise<WalkReport> {
    const { server } = this.#world;
    await this.#devices.begin(server.url);
    for (let step = 0; step < STEPS; step++) {
      await this.#step();
      this.#check();
      // So that what was begun is at different places when the next thing happens.
      await pause(this.#random.below(15));
    }
    await this.#settle();
    return this.#acts.report((act) => server.executions(act));
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const [name, act] = random.pick(this.#choices());
    this.#tell(name);
    await act();
  }

  /** What can happen, as often as it stands here. */
  #choices(): [string, () => unknown][] {
    const { server, backends } = this.#world;
    const random = this.#random;
    const user = this.#devices.user();
    const { all } = this.#acts;
    const known = all.length > 0 ? random.pick(all) : undefined;
    const call: [string, () => unknown] = ['call', () => this.#call(user)];
    const mend: [string, () => unknown] = ['storage mended', () => this.#mend()];
    const listener = this.#listeners.size > 0 ? random.pick([...this.#listeners]) : undefined;
    return [
      ...[call, call, call, call, call, call, mend, mend, mend],
      ['release', () => server.release(random.below(Math.max(server.held(), 1)))],
      ['release', () => server.release(0)],
      ['call whose client goes away', () => this.#call(user, random.below(100))],
      ['session made', () => this.#background(this.#acts.makeSession(user, server.url))],
      ['news', () => server.say(`${++counted}`)],
      ['question', () => this.#ask()],
      ['crash', () => this.#crash(random.below(backends.length))],
      ['storage breaks', () => this.#break()],
      ['server forgets', () => server.forget()],
      ['server breaks its stream', () => server.cutStream()],
      ['time passes', () => this.#world.passTime(random.pick([2000, 6000, AFTER_LEASES_MS]))],
      // Waited for, one after the other: of two devices that remove each other nobody would be left.
      ['device is paired', () => this.#devices.pair()],
      ['device is removed', () => this.#devices.remove()],
      ['somebody listens', () => this.#join()],
      ...(listener ? [['somebody listens no more', () => this.#leave(listener)] as [string, () => unknown]] : []),
      ...(known
        ? ([
            [`copy of ${known.act}`, () => this.#background(this.#acts.send(user, known))],
            [`copy of ${known.act}`, () => this.#background(this.#acts.send(user, known))],
            [`other request under the key of ${known.act}`, () => this.#collide(user, known)],
            [`cancel ${known.act}`, () => this.#background(this.#acts.cancel(user, known))],
            [`look at ${known.act}`, () => this.#background(this.#acts.look(user, known))],
            [`look at ${known.act}`, () => this.#background(this.#acts.look(user, known))],
            [`copy of ${known.act} after its holder was lost`, () => this.#copyLost(user, known)],
            [`copy of ${known.act} after its holder was lost`, () => this.#copyLost(user, known)],
            ['list', () => this.#background(this.#acts.list(user))],
          ] as [string, () => unknown][])
        : []),
    ];
  }

  #collide(user: SessionUser, known: Act): void {
    // What was never entered has no key yet: the other request would be the act.
    if (known.state !== undefined || this.#world.server.executions(known.act) > 0) this.#background(this.#acts.sendOther(user, known));
  }

  #call(user: SessionUser, leaveAfterMs?: number): void {
    const made = this.#acts.add(++counted, this.#random.pick(DEEDS));
    this.#tell(`  act ${made.act}: ${made.deed}`);
    this.#background(this.#acts.send(user, made, leaveAfterMs));
  }

  #break(): void {
    const kinds = ['drop-before', 'drop-after', 'hang'] as const;
    this.#world.breakStorage({ kind: this.#random.pick(kinds) }, this.#random.pick([1, 2, 3, 8]));
  }

  #mend(): void {
    this.#world.mendStorage();
  }

  async #crash(index: number): Promise<void> {
    // Storage that is locked by somebody else would keep the new process from starting.
    if (this.#world.kind === 'embedded') this.#mend();
    await this.#world.backends[index]?.restart();
  }

  /** The first who asks for the call finds nobody who holds it: nothing read it before, which would have ended it. */
  async #copyLost(user: SessionUser, known: Act): Promise<void> {
    this.#mend();
    if (this.#random.chance(0.5)) for (const index of this.#world.backends.keys()) await this.#crash(index);
    await this.#world.passTime(AFTER_LEASES_MS);
    this.#background(this.#acts.send(user, known));
  }

  #join(): void {
    const listener = new ModelListener(
      () => this.#devices.user(),
      (reason) => this.#fail(reason),
    );
    this.#listeners.add(listener);
    this.#background(
      listener.listen(async (user, question) => {
        const status = await user.tell({ id: question, result: { action: 'accept', content: {} } }).catch(() => 0);
        this.#acts.judge(status, '', user.token);
      }),
    );
  }

  async #leave(listener: ModelListener): Promise<void> {
    this.#listeners.delete(listener);
    await listener.leave();
  }

  #ask(): void {
    const question = ++counted;
    if (this.#world.server.ask(question)) this.#questions.push(question);
  }

  #background(work: Promise<unknown>): void {
    const guarded: Promise<void> = work.then(
      () => {},
      // A process that was killed breaks connections: that is the walk's own doing.
      () => {},
    );
    this.#pending.add(guarded);
    void guarded.then(() => this.#pending.delete(guarded));
  }

  #fail(reason: string): void {
    this.#broken.push(reason);
  }

  #check(): void {
    const { server } = this.#world;
    for (const { act } of this.#acts.all) if (server.executions(act) > 1) this.#fail(`act ${act} ran ${server.executions(act)} times`);
    for (const question of this.#questions)
      if (server.answers(question) > 1) this.#fail(`question ${question} was answered ${server.answers(question)} times`);
    if (this.#broken.length > 0) throw new Error(this.#broken.join('; '));
  }

  /** Ends all faults and waits until every call has ended; then looks at what is left. */
  async #settle(): Promise<void> {
    const { server } = this.#world;
    this.#tell('all faults end');
    this.#mend();
    for (const listener of this.#listeners) await listener.leave();
    await this.#world.passTime(AFTER_LEASES_MS);
    const until = performance.now() + ENDS_WITHIN_MS;
    while (this.#pending.size > 0 && performance.now() < until) {
      while (server.held() > 0) server.release(0);
      await Promise.race([...this.#pending, pause(100)]);
    }
    if (this.#pending.size > 0) this.#fail(`${this.#pending.size} requests never end`);
    this.#check();
    for (const act of this.#acts.all) await this.#judgeEnd(act, until);
    const immortal = await this.#world.immortal();
    if (immortal.length > 0) this.#fail(`stored for ever: ${immortal.join(', ')}`);
    this.#check();
  }

  async #judgeEnd(act: Act, until: number): Promise<void> {
    const { server } = this.#world;
    if (act.allowed === 0 && server.executions(act.act) > 0) this.#fail(`act ${act.act} ran for a device that had been removed`);
    const user = this.#devices.member();
    // What nobody sent because its instance was lost is run by the next one who has the request: a copy decides. One that comes first of
    // all must not run what ran before.
    if (act.state === undefined || this.#random.chance(0.5)) this.#background(this.#acts.send(user, act));
    for (let view = await this.#acts.look(user, act); act.state === undefined; view = await this.#acts.look(user, act)) {
      while (server.held() > 0) server.release(0);
      if (performance.now() > until) return this.#fail(`act ${act.act} has no end, but is ${view.state ?? view.code}`);
      await this.#world.passTime(2000);
      await pause(50);
    }
    this.#acts.judgeEnd(act, server.executions(act.act));
  }
}
