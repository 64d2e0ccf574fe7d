/** `/sessions/{id}/calls`: the calls that run or ended a short while ago, on whichever device they began; their results; cancelling one. */
import type { CallList, Call as CallView } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { parseJsonText } from '../../../shared/json-text.ts';
import { readCredential } from '../access.ts';
import type { CallResult, StoredCall } from '../store/call-ledger.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

const credentialOf = (c: RouteContext) => readCredential(c.req.header('authorization'));
const param = (c: RouteContext, name: string): string => c.req.param(name) ?? '';

const notFound = (): AppError => new AppError('CALL_NOT_FOUND', 'The session has no such call, or has forgotten it.');

function toCall({ key, method, label, device, state, startedAt, settledAt, progress, cancelRequested }: StoredCall): CallView {
  return {
    key,
    method,
    device,
    state,
    startedAt,
    cancelRequested,
    ...(label !== undefined && { label }),
    ...(settledAt !== undefined && { settledAt }),
    ...(progress && { progress }),
  };
}

/** The response as JSON; one that was too large to keep is told by its size. */
function toCallWithResult({ call, response, droppedBytes }: CallResult): CallView {
  return {
    ...toCall(call),
    ...(response !== undefined && { response: parseJsonText(response) }),
    ...(droppedBytes !== undefined && { droppedBytes }),
  };
}

async function list(c: RouteContext, { store, settings }: Parts): Promise<Response> {
  const { calls } = requireEntered(await store.listCalls(credentialOf(c), param(c, 'id')), settings);
  const body: CallList = { calls: calls.map(toCall) };
  return c.json(body);
}

async function show(c: RouteContext, { store, settings }: Parts): Promise<Response> {
  const none = { after: Number.MAX_SAFE_INTEGER };
  const { result } = requireEntered(await store.readCall(credentialOf(c), param(c, 'id'), param(c, 'key'), none), settings);
  if (!result) throw notFound();
  return c.json(toCallWithResult(result));
}

async function cancel(c: RouteContext, { store, settings, relay }: Parts): Promise<Response> {
  const requested = requireEntered(await store.requestCancel(credentialOf(c), param(c, 'id'), param(c, 'key')), settings);
  if (!requested.call) throw notFound();
  const { state } = requested.call;
  if (state === 'pending' || state === 'sent') await relay.cancel(requested, requested.call);
  return c.json(toCall(requested.call), 202);
}

export const CALL_ROUTES: readonly Route[] = [
  { path: '/sessions/:id/calls', methods: { GET: list } },
  { path: '/sessions/:id/calls/:key', methods: { GET: show, DELETE: cancel } },
];
