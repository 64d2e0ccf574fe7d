/** `/devices`: registering a device, which makes a workspace, and seeing and removing the devices of one's own. */
import { type Device, RegisterDevice, type RegisteredDevice } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkRegistration, mintId, mintToken, readCredential, toCredential, unauthorized } from '../access.ts';
import { readBody } from '../http/body.ts';
import { openRateLimit, type RateLimit } from '../http/rate-limit.ts';
import { MOST_IN_WINDOW, WINDOW_MS } from '../limits.ts';
import type { Parts, Route, RouteContext } from './context.ts';

async function register(c: RouteContext, { settings, store }: Parts, isInLimit: RateLimit): Promise<Response> {
  // On this machine there is nobody to be protected from.
  if (settings.hosted && !isInLimit(c.env.clientAddress ?? '', performance.now()))
    throw new AppError('RATE_LIMITED', 'Too many devices were registered from this address. Try again in a minute.');
  const request = await readBody(c.req.raw, RegisterDevice);
  checkRegistration(settings, request);
  const workspaceId = mintId();
  const device = { id: mintId(), workspaceId, name: request.name, createdAt: new Date().toISOString() };
  const token = mintToken(workspaceId);
  await store.registerDevice(device, toCredential(token, workspaceId));
  const registered: RegisteredDevice = { deviceId: device.id, workspaceId, token };
  return c.json(registered, 201);
}

async function list(c: RouteContext, { store }: Parts): Promise<Response> {
  const found = await store.listDevices(readCredential(c.req.header('authorization')));
  if (!found) throw unauthorized();
  const devices = found.devices.map(
    ({ id, name, createdAt, lastSeenAt }): Device => ({ id, name, createdAt, lastSeenAt, current: id === found.current.id }),
  );
  return c.json({ devices });
}

async function remove(c: RouteContext, { store }: Parts): Promise<Response> {
  const outcome = await store.removeDevice(readCredential(c.req.header('authorization')), c.req.param('id') ?? '');
  if (outcome === 'unauthorized') throw unauthorized();
  if (outcome === 'absent') throw new AppError('DEVICE_NOT_FOUND', 'There is no such device in this workspace.');
  return c.body(null, 204);
}

export function deviceRoutes(): readonly Route[] {
  const isInLimit = openRateLimit({ most: MOST_IN_WINDOW, windowMs: WINDOW_MS });
  return [
    { path: '/devices', methods: { GET: list, POST: (c, parts) => register(c, parts, isInLimit) } },
    { path: '/devices/:id', methods: { DELETE: remove } },
  ];
}
