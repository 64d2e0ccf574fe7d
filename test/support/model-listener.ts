/** Owns a device of the model test that listens: it comes back after each break with its last event id, and answers what it is asked. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SessionUser } from './fault-session.ts';
import type { EventReader } from './fault-stream.ts';

export class ModelListener {
  readonly #choose: () => SessionUser;
  readonly #fail: (reason: string) => void;
  readonly #left = new AbortController();
  #reader: EventReader | undefined;
  #lastEventId: string | undefined;
  #lastNumber = 0;

  /** @param choose Returns at which instance it comes back. */
  constructor(choose: () => SessionUser, fail: (reason: string) => void) {
    this.#choose = choose;
    this.#fail = fail;
  }

  /** Listens until it leaves. */
  async listen(answer: (user: SessionUser, question: string) => Promise<void>): Promise<void> {
    while (!this.#left.signal.aborted) {
      const user = this.#choose();
      this.#reader = await user.listen(this.#lastEventId).catch(() => undefined);
      if (this.#left.signal.aborted) return this.#reader?.cancel();
      for (let event = await this.#reader?.next(); event && !this.#left.signal.aborted; event = await this.#reader?.next()) {
        this.#order(event.id);
        const { id, method } = (event.data === '' ? {} : JSON.parse(event.data)) as { id?: unknown; method?: string };
        if (method === 'elicitation/create' && typeof id === 'string') await answer(user, id);
      }
      await pause(20);
    }
  }

  /** Numbers only go up, also over all streams of this device: nothing comes twice or in another order. */
  #order(eventId: string | undefined): void {
    if (eventId === undefined) return;
    const number = Number(/^server\.(\d+)$/.exec(eventId)?.[1]);
    if (!(number > this.#lastNumber)) this.#fail(`a device heard message ${eventId} after ${this.#lastEventId}`);
    this.#lastNumber = number;
    this.#lastEventId = eventId;
  }

  async leave(): Promise<void> {
    this.#left.abort();
    await this.#reader?.cancel();
  }
}
