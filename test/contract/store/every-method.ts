/** Owns one act for each method of a store, with values that must not show in an error: their names begin with `canary`. */
import { randomUUID } from 'node:crypto';
import type { Store } from '../../../api/_lib/store/store.ts';
import { toOpening } from './call-samples.ts';
import { CONNECTED, type Member, NEWER_SERVER_SESSION, SERVER_SESSION, toMessage, toRecord } from './store-under-test.ts';

/** Every method but `probe`, which never throws, in an order in which each finds what it works on. */
export function everyMethod(on: Store, member: Member, id: string): Record<string, () => Promise<unknown>> {
  const { credential, device } = member;
  const call = { key: 'canary-key', owner: 'canary-owner' };
  const settlement = {
    ...{ id: randomUUID(), activity: [toMessage('canary-method'), CONNECTED], coldStarts: 1, subscribed: 'canary:uri' },
    runningCalls: [{ ...call, progress: { progress: 1, message: 'canary' }, events: { from: 1, texts: ['canary-event'] } }],
    settledCalls: [{ ...call, state: 'done' as const, response: '{"canary":1}' }],
  };
  return {
    registerDevice: () => on.registerDevice(device, credential),
    findDevice: () => on.findDevice(credential),
    listDevices: () => on.listDevices(credential),
    findServer: () => on.findServer(credential, 'https://canary-url.example'),
    createSession: () => on.createSession(toRecord(member, { url: 'https://canary-url.example' }), SERVER_SESSION, [CONNECTED]),
    enter: () => on.enter(credential, id, { touch: true }),
    'enter without touch': () => on.enter(credential, id, { touch: false }),
    enterCall: () => on.enterCall(credential, id, toOpening({ ...call, label: 'canary-label' })),
    advanceCall: () => on.advanceCall(id, { ...call, leaseMs: 10_000, state: 'sent' }),
    readCall: () => on.readCall(credential, id, call.key, { after: 0 }),
    adoptCall: () => on.adoptCall(id, call.key, 'canary-other', 10_000),
    listCalls: () => on.listCalls(credential, id),
    requestCancel: () => on.requestCancel(credential, id, call.key),
    loadSession: () => on.loadSession(id),
    touchSession: () => on.touchSession(id),
    listSessions: () => on.listSessions(credential),
    renameSession: () => on.renameSession(credential, id, 'canary-name'),
    settle: () => on.settle(id, settlement),
    readActivity: () => on.readActivity(credential, id, { after: 0, limit: 10 }),
    acquireLock: () => on.acquireLock(id, 'canary-owner', 10_000),
    publishServerSession: () => on.publishServerSession(id, { owner: 'canary-owner', fence: 1 }, NEWER_SERVER_SESSION),
    loadServerSecrets: () => on.loadServerSecrets(toRecord(member)),
    saveServerSecrets: () => on.saveServerSecrets(toRecord(member), 0, { headers: { canary: 'canary-value' }, oauth: { token: 'canary' } }),
    releaseLock: () => on.releaseLock(id, 'canary-owner'),
    holdServerStream: () => on.holdServerStream(id, 'canary-owner', 10_000),
    addServerMessages: () => on.addServerMessages(id, 'canary-addition', ['canary-message']),
    readServerMessages: () => on.readServerMessages(id, 0),
    claimAnswer: () => on.claimAnswer(id, 'canary-question', 'canary-owner', 10_000),
    settleAnswer: () => on.settleAnswer(id, 'canary-question', 'canary-owner', 'sent'),
    releaseServerStream: () => on.releaseServerStream(id, 'canary-owner'),
    removeSession: () => on.removeSession(credential, id),
    openPairing: () => on.openPairing(credential, 'canary-code', 10_000),
    takePairing: () => on.takePairing('canary-code'),
    admitDevice: () =>
      on.admitDevice(credential, 'canary-device', { from: 0, ring: 'canary-ring', shares: { [device.id]: 'canary-share' } }),
    removeDevice: () => on.removeDevice(credential, device.id),
  };
}
