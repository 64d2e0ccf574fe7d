/**
 * Owns how the answers of scripts are read: checked for their form, records by repair. An answer that nobody understands is an outage.
 * Which script answers what is in the files of the scripts; records as text are record-codec.ts and call-codec.ts.
 */
import * as z from 'zod/mini';
import { AppError } from '../../../shared/errors.ts';
import type { Credential, DeviceRecord, Refused } from './device-registry.ts';
import * as codec from './record-codec.ts';
import type { Entry, StoredSession } from './store.ts';

const SUBSCRIPTION = 'sub:';
const QUESTION = 'ask:';

// What scripts answer. A missing field of a record is null.
export const Text = z.nullable(z.string());
const Status = z.tuple(
  [z.enum(['ok', 'unauthorized', 'absent', 'expired', 'taken', 'held', 'superseded', 'waiting', 'ended'])],
  z.unknown(),
);
type Status = z.infer<typeof Status>[0];
/** Device: id, name, createdAt, membership, public key, share; of the one that asks also ring and version of the workspace's keys. */
export const Found = z.array(Text);
export const Pairs = z.array(z.string());
export const DeviceAnswer = z.tuple([z.literal('ok'), Found], z.unknown());
export const DevicesAnswer = z.tuple([z.literal('ok'), Found, z.array(z.array(Text))]);
/** Device (empty where nobody was checked), fields, time left in ms, now. */
const SessionAnswer = z.tuple([z.literal('ok'), z.array(Text), Pairs, z.number(), z.number()], z.unknown());
export const SessionsAnswer = z.tuple([z.literal('ok'), Found, z.array(z.tuple([z.string(), Pairs, z.number()])), z.number()]);
export const ActivityAnswer = z.tuple([
  z.literal('ok'),
  z.unknown(),
  z.unknown(),
  z.unknown(),
  z.unknown(),
  z.number(),
  z.array(z.string()),
]);
/** Device, secrets, their version. */
export const ServerAnswer = z.tuple([z.literal('ok'), Found, Text, Text]);
export const NumberAnswer = z.tuple([z.literal('ok'), z.number()]);

const unreadable = (): AppError =>
  new AppError('STORAGE_UNAVAILABLE', 'The storage answered in a form that is not understood.', {
    hint: 'Check KV_REST_API_URL: it must be the REST address of a Redis database.',
  });

/** Parses an answer of a known form. @throws AppError STORAGE_UNAVAILABLE: an answer that nobody understands is an outage. */
export function parseAnswer<T extends z.ZodMiniType>(schema: T, answer: unknown): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw unreadable();
  return parsed.data;
}

export const parseStatus = (answer: unknown): Status => parseAnswer(Status, answer)[0];

export function decodeFields(id: string, pairs: readonly string[], ttlMs: number, nowMs: number): StoredSession | undefined {
  const fields = new Map<string, string>();
  const subscriptions: string[] = [];
  const questions: string[] = [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = pairs[at] ?? '';
    if (name.startsWith(SUBSCRIPTION)) subscriptions.push(name.slice(SUBSCRIPTION.length));
    else if (name.startsWith(QUESTION)) questions.push(name.slice(QUESTION.length));
    else fields.set(name, pairs[at + 1] ?? '');
  }
  return codec.decodeSession({
    id,
    workspaceId: fields.get('workspace') ?? '',
    name: fields.get('name'),
    facts: fields.get('facts'),
    spoken: fields.get('spoken'),
    serverSession: fields.get('server'),
    awaits: fields.get('awaits'),
    secrets: fields.get('secrets'),
    secretsVersion: fields.get('secretsVersion'),
    epoch: fields.get('epoch'),
    logLevel: fields.get('logLevel'),
    reachable: fields.get('reachable'),
    subscriptions,
    questions,
    running: fields.get('running'),
    coldStarts: fields.get('coldStarts'),
    renewals: fields.get('renewals'),
    usedAtMs: fields.get('usedAt'),
    endsAtMs: nowMs + Math.max(0, ttlMs),
  });
}

export function decodeFound(fields: readonly (string | null | undefined)[], workspaceId: string): DeviceRecord | undefined {
  const [id, name, createdAt, membership, publicKey, share, ring, version] = fields;
  return codec.decodeDevice({ id, workspaceId, name, createdAt, membership, publicKey, share, ring, version });
}

/** Returns why a device was refused that is no member; undefined when it was not. */
export function parseRefusal(answer: unknown): Refused | undefined {
  const status = parseStatus(answer);
  if (status === 'ok') return undefined;
  return { kind: status === 'waiting' ? 'waiting' : 'unauthorized' };
}

export function parseSession(answer: unknown, id: string): StoredSession | undefined {
  if (parseStatus(answer) !== 'ok') return undefined;
  const [, , pairs, ttlMs, nowMs] = parseAnswer(SessionAnswer, answer);
  return decodeFields(id, pairs, ttlMs, nowMs);
}

export function parseEntry(answer: unknown, { workspaceId }: Credential, id: string): Entry {
  const status = parseStatus(answer);
  if (status === 'unauthorized' || status === 'absent' || status === 'expired' || status === 'waiting') return { kind: status };
  const [, found] = parseAnswer(SessionAnswer, answer);
  const device = decodeFound(found, workspaceId);
  if (device === undefined) return { kind: 'unauthorized' };
  const session = parseSession(answer, id);
  return session === undefined ? { kind: 'absent' } : { kind: 'ok', device, session };
}
