/**
 * Owns the proof that a store moves calls exactly as the rules say, and as nothing else: random walks of several owners over a few calls,
 * each step compared with the table of ledger-rules.ts. A walk that fails names its seed.
 */
import { expect, it } from 'vitest';
import type { CallState } from '../../../api/_lib/store/call-ledger.ts';
import {
  CALL_RULES,
  type CallAct,
  type CallMove,
  type CallStanding,
  classifyCall,
  ENTRY_KINDS,
} from '../../../api/_lib/store/ledger-rules.ts';
import { beginLedger, LEASE_MS, type Ledger, toOpening } from './call-samples.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const SEEDS = 12;
const STEPS = 60;

/** What the rules make of a call; times of the lease in ms of the walk. */
type Model = { state: CallState; owner: string; adopted: boolean; leaseEndsMs: number; cancelRequested: boolean; resumable: boolean };

/** A step: its name, the act of the rules, who asks, and what the store and the model make of it. */
type Step = {
  name: string;
  act: CallAct;
  owner: string;
  run: () => Promise<unknown>;
  expected: (standing: CallStanding, move: CallMove) => unknown;
};

class Walk {
  readonly #ledger: Ledger;
  readonly #advance: (ms: number) => Promise<void>;
  #seed: number;
  #nowMs = 0;
  readonly #calls = new Map<string, Model>();
  /** Everything that changed a state, as it was and became. */
  readonly transitions: string[] = [];

  constructor(ledger: Ledger, advance: (ms: number) => Promise<void>, seed: number) {
    this.#ledger = ledger;
    this.#advance = advance;
    this.#seed = seed;
  }

  #draw(below: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(this.#seed / 65_536) % below;
  }

  async step(): Promise<void> {
    const key = `call-${this.#draw(4)}`;
    const owner = `owner-${this.#draw(3)}`;
    if (this.#draw(4) === 0) return this.#pass();
    if (!this.#calls.has(key)) return this.#enterNew(key, owner);
    const steps = this.#steps(key, owner);
    const step = steps[this.#draw(steps.length)];
    if (step !== undefined) await this.#take(key, step);
  }

  /** Well within a lease or well beyond it, so that the time of the test itself does not matter. */
  async #pass(): Promise<void> {
    const ms = this.#draw(2) === 0 ? 4000 : LEASE_MS + 1000;
    await this.#advance(ms);
    this.#nowMs += ms;
  }

  async #enterNew(key: string, owner: string): Promise<void> {
    const ready = this.#draw(2) === 0;
    const entry = await this.#ledger.enter(toOpening({ key, owner, ready }));
    expect(entry).toMatchObject({ kind: 'begun', call: { state: ready ? 'sent' : 'pending' } });
    const leaseEndsMs = this.#nowMs + LEASE_MS;
    this.#calls.set(key, {
      state: ready ? 'sent' : 'pending',
      owner,
      adopted: false,
      leaseEndsMs,
      cancelRequested: false,
      resumable: false,
    });
  }

  #model(key: string): Model {
    const model = this.#calls.get(key);
    if (model === undefined) throw new Error('no such call');
    return model;
  }

  #steps(key: string, owner: string): Step[] {
    const model = this.#model(key);
    const ledger = this.#ledger;
    const ready = this.#draw(2) === 0;
    const advance = (state?: 'pending' | 'sent'): Step => ({
      ...{ name: `advance ${state}`, act: 'advance', owner, run: () => ledger.advance(key, owner, state) },
      expected: (_, move) => {
        if (move !== 'hold') return 'lost';
        if (state === 'pending') Object.assign(model, { state, adopted: false, resumable: false });
        if (state === 'sent' && !model.cancelRequested) model.state = 'sent';
        return model.cancelRequested ? 'cancelled' : 'held';
      },
    });
    const end = (state: 'done' | 'failed' | 'unknown'): Step => ({
      ...{ name: `end ${state}`, act: 'settle', owner, run: () => ledger.end({ key, owner, state }) },
      expected: (_, move) => {
        if (move === 'write') model.state = state;
      },
    });
    return [
      {
        ...{ name: `enter ${ready}`, act: 'enter', owner, run: async () => (await ledger.enter(toOpening({ key, owner, ready }))).kind },
        expected: (standing, move) => {
          if (ready && (move === 'begin' || standing === 'ours')) model.state = 'sent';
          return ENTRY_KINDS[standing];
        },
      },
      {
        ...{ name: 'tell', act: 'settle', owner, run: () => ledger.tell({ key, owner, serverEventId: '1' }) },
        expected: (_, move) => {
          if (move === 'write') model.resumable = true;
        },
      },
      {
        ...{ name: 'adopt', act: 'adopt', owner, run: async () => (await ledger.adopt(key, owner)) !== undefined },
        expected: (_, move) => move !== 'none',
      },
      { name: 'read', act: 'read', owner: '', run: () => ledger.stateOf(key), expected: () => model.state },
      { name: 'cancel', act: 'cancel', owner: '', run: async () => (await ledger.cancel(key))?.state, expected: () => model.state },
      ...[advance(), advance('sent'), advance('pending'), end('done'), end('failed'), end('unknown')],
    ];
  }

  async #take(key: string, { name, act, owner, run, expected }: Step): Promise<void> {
    const model = this.#model(key);
    const before = model.state;
    const standing = classifyCall({ ...model, leased: model.leaseEndsMs > this.#nowMs }, owner);
    const move = CALL_RULES[act][standing];
    if (move === 'begin' || move === 'adopt' || move === 'hold') Object.assign(model, { owner, leaseEndsMs: this.#nowMs + LEASE_MS });
    if (move === 'adopt') model.adopted = true;
    if (move === 'mark' || (act === 'cancel' && move === 'fail')) model.cancelRequested = true;
    if (move === 'fail') model.state = 'failed';
    if (move === 'doubt') model.state = 'unknown';
    const answer = expected(standing, move);
    expect({ name, standing, answer: await run() }).toEqual({ name, standing, answer });
    if (model.state !== before) this.transitions.push(`${before} ${model.state}`);
  }

  /** Compares every call as it is listed, which ends those that nobody will end any more. */
  async compare(): Promise<void> {
    const listed = new Map((await this.#ledger.list()).map((call) => [call.key, call.state]));
    for (const [_key, model] of this.#calls) {
      const standing = classifyCall({ ...model, leased: model.leaseEndsMs > this.#nowMs }, '');
      const move = CALL_RULES.read[standing];
      if (move === 'fail') model.state = 'failed';
      if (move === 'doubt') model.state = 'unknown';
    }
    expect(listed).toEqual(new Map([...this.#calls].map(([key, { state }]) => [key, state])));
  }
}

const LEGAL = new Set([
  'pending sent',
  'sent pending',
  ...['done', 'failed', 'unknown'].flatMap((end) => [`pending ${end}`, `sent ${end}`]),
]);

export function testWalks(get: () => StoreUnderTest): void {
  it('moves calls as the rules say, in any order of any owners', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { store, advance } = get();
      const walk = new Walk(await beginLedger(store), advance, seed);
      try {
        for (let step = 0; step < STEPS; step++) await walk.step();
        await walk.compare();
      } catch (error) {
        throw new Error(`The walk of seed ${seed} failed`, { cause: error });
      }
      for (const transition of walk.transitions) seen.add(transition);
    }
    // The walks reached every transition that there is, and no other.
    expect(seen).toEqual(LEGAL);
  });
}
