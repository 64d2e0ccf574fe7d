/** `/devices` and `/pairings`: registering a device, which makes a workspace or asks to join one; seeing, letting in and removing devices. */
import type { Device, Pairing, RegisteredDevice } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { PAIRING_TTL_SECONDS } from '../../../shared/limits.ts';
import { RegisterDevice } from '../../../shared/requests.ts';
import { checkRegistration, mintId, mintToken, readCredential, toCredential, unauthorized } from '../access.ts';
import { readBody } from '../http/body.ts';
import { hashPairingCode, mintPairingCode, parsePairingCode, toCheck } from '../pairing.ts';
import { checkPaused } from '../pause.ts';
import { endServerSession } from '../relay/handshake.ts';
import type { Credential, DeviceRecord } from '../store/device-registry.ts';
import type { StoredSession } from '../store/store.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireMember, waiting } from './entry.ts';

const credentialOf = (c: RouteContext): Credential => readCredential(c.req.header('authorization'));
const idOf = (c: RouteContext): string => c.req.param('id') ?? '';

async function register(c: RouteContext, parts: Parts): Promise<Response> {
  const { settings, store, gate } = parts;
  checkPaused(settings, 'devices');
  // Refused ones count too: it slows down who guesses a code.
  await gate.begin('device', { address: c.env.clientAddress });
  const request = await readBody(c.req.raw, RegisterDevice);
  const { pairingCode } = request;
  // Somebody who is in vouches for who comes with a code: it stands for the access code.
  if (pairingCode === undefined) checkRegistration(settings, request);
  else await gate.begin('join', { address: c.env.clientAddress });
  const workspaceId = pairingCode === undefined ? mintId() : await joinWorkspace(parts, pairingCode);
  const membership = pairingCode === undefined ? 'member' : 'waiting';
  const device: DeviceRecord = { id: mintId(), workspaceId, name: request.name, createdAt: new Date().toISOString(), membership };
  const token = mintToken(workspaceId);
  await store.registerDevice(device, toCredential(token, workspaceId));
  const registered: RegisteredDevice = { deviceId: device.id, workspaceId, token, membership, ...toCheckOf(device) };
  return c.json(registered, 201);
}

/** Uses a pairing code up and returns whose it is. */
async function joinWorkspace({ store, settings }: Parts, typed: string): Promise<string> {
  const code = parsePairingCode(typed);
  const wrong = () =>
    new AppError('PAIRING_CODE_WRONG', 'This code is wrong, was used already, or is over.', {
      hint: 'Show a new code on the other device, and enter it within two minutes.',
    });
  if (code === undefined) throw wrong();
  const taken = await store.takePairing(await hashPairingCode(code, settings));
  if (taken.kind === 'limited')
    throw new AppError('RATE_LIMITED', 'Too many wrong pairing codes were tried at this backend. Try again in a minute.');
  if (taken.kind === 'absent') throw wrong();
  return taken.workspaceId;
}

const toCheckOf = ({ id, membership }: DeviceRecord): { check?: string } => (membership === 'waiting' ? { check: toCheck(id) } : {});

async function list(c: RouteContext, { store }: Parts): Promise<Response> {
  const found = requireMember(await store.listDevices(credentialOf(c)));
  const devices = found.devices.map((device): Device => {
    const { id, name, createdAt, lastSeenAt, membership } = device;
    return { id, name, createdAt, lastSeenAt, current: id === found.current.id, membership, ...toCheckOf(device) };
  });
  return c.json({ devices });
}

async function pair(c: RouteContext, { store, settings, gate }: Parts): Promise<Response> {
  const credential = credentialOf(c);
  const { devices } = requireMember(await store.listDevices(credential));
  checkPaused(settings, 'devices');
  await gate.begin('pairing', { address: c.env.clientAddress, workspaceId: credential.workspaceId }, async () => devices.length);
  const code = mintPairingCode();
  const expiresAt = new Date(Date.now() + PAIRING_TTL_SECONDS * 1000).toISOString();
  const hash = await hashPairingCode(code, settings);
  const outcome = await store.openPairing(credential, hash, PAIRING_TTL_SECONDS * 1000);
  if (outcome !== 'opened') requireMember({ kind: outcome });
  const pairing: Pairing = { code, expiresAt };
  return c.json(pairing, 201);
}

async function admit(c: RouteContext, { store }: Parts): Promise<Response> {
  requireDone(await store.admitDevice(credentialOf(c), idOf(c)));
  return c.body(null, 204);
}

async function remove(c: RouteContext, { store, deviceWatch, sessions, egress, work }: Parts): Promise<Response> {
  const credential = credentialOf(c);
  const id = idOf(c);
  // With its last member a workspace ends; then its servers are told.
  const listed = await store.listSessions(credential);
  // A device that waits withdraws so.
  const outcome = requireDone(await store.removeDevice(credential, id));
  deviceWatch.end(id);
  if (outcome === 'ended' && listed.kind === 'ok') for (const session of listed.sessions) endSession(session);
  return c.body(null, 204);

  function endSession(session: StoredSession): void {
    sessions.drop(session.id);
    work.add('end server session', endServerSession(session, egress));
  }
}

type Outcome = Awaited<ReturnType<Parts['store']['admitDevice' | 'removeDevice']>>;

function requireDone(outcome: Outcome): Outcome {
  if (outcome === 'unauthorized') throw unauthorized();
  if (outcome === 'waiting') throw waiting();
  if (outcome === 'absent') throw new AppError('DEVICE_NOT_FOUND', 'There is no such device in this workspace.');
  if (outcome === 'superseded')
    throw new AppError('RECOVERY_BUSY', 'The devices of this workspace are being changed elsewhere. Try again in a moment.');
  return outcome;
}

export const DEVICE_ROUTES: readonly Route[] = [
  { path: '/devices', methods: { GET: list, POST: register } },
  { path: '/devices/:id', methods: { DELETE: remove } },
  { path: '/devices/:id/admission', methods: { POST: admit } },
  { path: '/pairings', methods: { POST: pair } },
];
