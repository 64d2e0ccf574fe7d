/** Owns the devices of the model test: who belongs to the workspace, who was removed from it, and who is in doubt since an answer was lost. */
import { Pairing, RegisteredDevice } from '../../shared/contract.ts';
import type { Answer, ApiClient } from './api-client.ts';
import { type SessionUser, useSession } from './fault-session.ts';
import type { Random } from './model-random.ts';

type Standing = 'member' | 'doubtful' | 'removed';
type Judge = (status: number, code: string, token: string) => void;

export class ModelDevices {
  readonly #devices = new Map<string, { id: string; standing: Standing }>();
  readonly #random: Random;
  readonly #apis: readonly ApiClient[];
  readonly #judge: Judge;
  #sessionId = '';

  /** @param apis One of each instance. */
  constructor(random: Random, apis: readonly ApiClient[], judge: Judge) {
    this.#random = random;
    this.#apis = apis;
    this.#judge = judge;
  }

  /** Somebody at one of the instances: seldom one who was removed, who must be refused there. */
  user(): SessionUser {
    const tokens = this.#random.chance(0.1) ? [...this.#devices.keys()] : this.#members();
    return useSession(this.#api(), this.#random.pick(tokens), this.#sessionId);
  }

  /** Somebody who belongs to the workspace for certain; there always is one. */
  member(): SessionUser {
    return useSession(this.#api(), this.#random.pick(this.#members()), this.#sessionId);
  }

  mayBeRefused(token: string): boolean {
    return this.#devices.get(token)?.standing !== 'member';
  }

  isRemoved(token: string): boolean {
    return this.#devices.get(token)?.standing === 'removed';
  }

  /** Registers the first one, which makes the workspace and its session. */
  async begin(serverUrl: string): Promise<void> {
    const api = this.#api();
    const token = this.#keep(await api.ask('POST', '/devices', { body: { name: 'First' } }));
    this.#sessionId = (await api.connect(token, serverUrl)).id;
  }

  /** Has a member let one more device in. Where something breaks on the way there is none. */
  async pair(): Promise<void> {
    const { api, token: member } = this.member();
    const opened = this.#see(await api.ask('POST', '/pairings', { token: member }), member);
    if (opened.status !== 201) return;
    const { code } = Pairing.parse(opened.body);
    const added = await api.ask('POST', '/devices', { body: { name: 'Another', pairingCode: code } });
    if (added.status !== 201) return;
    const { deviceId } = RegisteredDevice.parse(added.body);
    const admitted = this.#see(await api.ask('POST', `/devices/${deviceId}/admission`, { token: member }), member);
    if (admitted.status < 300) this.#keep(added);
  }

  /** Has a member remove another one. Unless that is answered, it may have happened or not. */
  async remove(): Promise<void> {
    const { api, token: member } = this.member();
    const others = [...this.#devices.entries()].filter(([token]) => token !== member);
    if (others.length === 0) return;
    const [, device] = this.#random.pick(others);
    if (device.standing === 'member') device.standing = 'doubtful';
    const { status } = this.#see(await api.ask('DELETE', `/devices/${device.id}`, { token: member }), member);
    if (status === 204) device.standing = 'removed';
  }

  #members(): string[] {
    return [...this.#devices].flatMap(([token, { standing }]) => (standing === 'member' ? [token] : []));
  }

  #api(): ApiClient {
    return this.#random.pick(this.#apis);
  }

  #keep({ body }: Answer): string {
    const { deviceId: id, token } = RegisteredDevice.parse(body);
    this.#devices.set(token, { id, standing: 'member' });
    return token;
  }

  #see(answer: Answer, by: string): Answer {
    this.#judge(answer.status, (answer.body as { code?: string } | undefined)?.code ?? '', by);
    return answer;
  }
}
