/** `/devices`: registering a device, which makes a workspace, and seeing and removing the devices of one's own. */
import { type Device, RegisterDevice, type RegisteredDevice } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkRegistration, mintId, mintToken, readCredential, toCredential, unauthorized } from '../access.ts';
import { readBody } from '../http/body.ts';
import type { Parts, Route, RouteContext } from './context.ts';

async function register(c: RouteContext, { settings, store, gate }: Parts): Promise<Response> {
  // Refused ones count too: it slows down who guesses a code.
  await gate.begin('device', { address: c.env.clientAddress });
  const request = await readBody(c.req.raw, RegisterDevice);
  checkRegistration(settings, request);
  const workspaceId = mintId();
  const device = { id: mintId(), workspaceId, name: request.name, createdAt: new Date().toISOString() };
  const token = mintToken(workspaceId);
  await store.registerDevice(device, toCredential(token, workspaceId));
  const registered: RegisteredDevice = { deviceId: device.id, workspaceId, token, membership: 'member' };
  return c.json(registered, 201);
}

async function list(c: RouteContext, { store }: Parts): Promise<Response> {
  const found = await store.listDevices(readCredential(c.req.header('authorization')));
  if (!found) throw unauthorized();
  const devices = found.devices.map(
    ({ id, name, createdAt, lastSeenAt }): Device => ({
      id,
      name,
      createdAt,
      lastSeenAt,
      current: id === found.current.id,
      membership: 'member',
    }),
  );
  return c.json({ devices });
}

async function remove(c: RouteContext, { store }: Parts): Promise<Response> {
  const outcome = await store.removeDevice(readCredential(c.req.header('authorization')), c.req.param('id') ?? '');
  if (outcome === 'unauthorized') throw unauthorized();
  if (outcome === 'absent') throw new AppError('DEVICE_NOT_FOUND', 'There is no such device in this workspace.');
  return c.body(null, 204);
}

export const DEVICE_ROUTES: readonly Route[] = [
  { path: '/devices', methods: { GET: list, POST: register } },
  { path: '/devices/:id', methods: { DELETE: remove } },
];
