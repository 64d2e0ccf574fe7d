// @vitest-environment node
/** Proves the pure judgements of the extension's state: lists that are merged, rows, storage, backends, and when to ask again. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import { type BackendVerdict, judgeBackend, parseBackendAddress } from '../../../../extension/state/backend-address.ts';
import { summarizeStorage } from '../../../../extension/state/backend-state.ts';
import { isDue } from '../../../../extension/state/freshness.ts';
import { findMissing, mergeSessions, toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { type Contact, summarizeSession } from '../../../../extension/state/session-summary.ts';
import type { Health } from '../../../../shared/contract.ts';
import { aSession } from '../../../support/scripted-backend.ts';

const HERE = 'http://127.0.0.1:8787';
const PLACE = { backendUrl: HERE, workspaceId: 'w' };
const NOW = '2026-11-23T10:00:00.000Z';
const NOW_MS = Date.parse(NOW);
const session = (id: string, patch = {}) =>
  aSession({
    id,
    createdAt: '2026-11-23T09:00:00.000Z',
    expiresAt: '2026-11-23T10:29:30.000Z',
    lastUsedAt: '2026-11-23T09:59:30.000Z',
    ...patch,
  });
const stored = (id: string, patch = {}) => toStoredSession(session(id, patch), HERE, 'auto', PLACE.workspaceId);

describe('a listing', () => {
  it('brings what is known up to date and keeps the choice of transport', () => {
    const known = [{ ...stored('a'), transportChoice: 'sse' as const }];
    const merged = mergeSessions(known, [session('a', { name: 'New name', coldStarts: 2 })], new Map(), { ...PLACE, now: NOW });
    expect(merged).toEqual([{ ...stored('a', { name: 'New name', coldStarts: 2 }), transportChoice: 'sse' }]);
  });

  it('adds the sessions of other devices', () => {
    const merged = mergeSessions([], [session('b', { transport: 'sse' })], new Map(), { ...PLACE, now: NOW });
    expect(merged).toMatchObject([{ id: 'b', transport: 'sse', transportChoice: 'sse' }]);
  });

  it('ends only what the backend has judged, at the time when it ran out', () => {
    const known = [stored('gone', { expiresAt: '2026-11-23T09:50:00.000Z' }), stored('lost'), stored('unjudged')];
    const verdicts = new Map([
      ['gone', { code: 'SESSION_EXPIRED' }],
      ['lost', { code: 'SESSION_NOT_FOUND', hint: 'Set up KV.' }],
    ]);
    const merged = mergeSessions(known, [], verdicts, { ...PLACE, now: NOW });
    expect(merged.map(({ id, ended }) => ({ id, ended }))).toEqual([
      { id: 'gone', ended: { code: 'SESSION_EXPIRED', at: '2026-11-23T09:50:00.000Z' } },
      { id: 'lost', ended: { code: 'SESSION_NOT_FOUND', hint: 'Set up KV.', at: NOW } },
      { id: 'unjudged', ended: undefined },
    ]);
  });

  it('leaves the sessions of other backends alone', () => {
    const elsewhere = { ...stored('a'), backendUrl: 'https://other.example.com' };
    expect(mergeSessions([elsewhere], [], new Map(), { ...PLACE, now: NOW })).toEqual([elsewhere]);
    expect(findMissing([elsewhere], [], PLACE)).toEqual([]);
  });

  it('leaves the sessions of other workspaces at the same backend alone', () => {
    const own = { ...stored('a'), workspaceId: 'own' };
    expect(mergeSessions([own], [], new Map(), { ...PLACE, now: NOW })).toEqual([own]);
    expect(findMissing([own], [], PLACE)).toEqual([]);
  });

  it('makes a session that is listed again alive again', () => {
    const ended = { ...stored('a'), ended: { code: 'SESSION_NOT_FOUND', at: NOW } };
    expect(mergeSessions([ended], [session('a')], new Map(), { ...PLACE, now: NOW })).toEqual([
      { ...stored('a'), transportChoice: 'auto' },
    ]);
  });

  it('misses the live ones that it does not name', () => {
    const ended = { ...stored('over'), ended: { code: 'SESSION_EXPIRED', at: NOW } };
    expect(findMissing([stored('a'), stored('b'), ended], [session('b')], PLACE).map(({ id }) => id)).toEqual(['a']);
  });
});

describe('a row', () => {
  const at = (patch: object, contact: Contact) => summarizeSession({ ...stored('a'), ...patch }, NOW_MS, contact);
  it.each([
    ['live', {}, 'confirmed', { tone: 'ok', state: 'live', left: '29 min', isSoonOver: false }],
    ['not confirmed', {}, 'unconfirmed', { tone: 'idle', state: 'not checked yet', left: '29 min', isSoonOver: false }],
    [
      'live though this clock says it is over',
      { expiresAt: '2026-11-23T09:00:00.000Z' },
      'confirmed',
      { tone: 'ok', state: 'live', isSoonOver: true },
    ],
    [
      'refused',
      {},
      'refused',
      { tone: 'idle', state: 'no access', sentence: 'No access any more · last known just now', isSoonOver: false },
    ],
    [
      'new and asks for sign-in',
      { status: 'authorization-required' },
      'confirmed',
      { tone: 'warn', sentence: 'The server asks for sign-in' },
    ],
    ['signed out', { status: 'authorization-required', signedIn: true }, 'confirmed', { tone: 'warn', sentence: 'Sign in again to go on' }],
    [
      'left behind',
      { ended: { code: 'UNAUTHORIZED', at: NOW } },
      'confirmed',
      { tone: 'bad', sentence: 'Access ended just now · settings kept' },
    ],
    ['unreachable', { status: 'unreachable' }, 'confirmed', { tone: 'warn', sentence: 'Server not reachable · session kept' }],
    [
      'expired',
      { ended: { code: 'SESSION_EXPIRED', at: '2026-11-23T09:55:00.000Z' } },
      'confirmed',
      { tone: 'bad', sentence: 'Expired 5 min ago · settings kept' },
    ],
    [
      'lost',
      { ended: { code: 'SESSION_NOT_FOUND', at: NOW } },
      'unconfirmed',
      { tone: 'bad', sentence: 'Lost by the backend just now · settings kept' },
    ],
  ] as const)('of a session that is %s', (_, patch, contact, expected) => {
    expect(at(patch, contact)).toMatchObject(expected);
  });
});

const healthy = (storage: Partial<Health['storage']>, access: Health['access'] = 'open'): Health => ({
  status: 'ok',
  version: '1.2.3',
  storage: { kind: 'kv', persistent: true, writable: true, ...storage },
  access,
});

describe('the storage chip', () => {
  const failing = (code: GatewayError['code']) => new GatewayError(code, 'What the backend says.');
  it.each([
    ['Saved in KV', 'ok', healthy({}), undefined, HERE],
    ['Saved on this computer', 'ok', healthy({ kind: 'embedded' }), undefined, HERE],
    ['Saved at the backend', 'ok', healthy({ kind: 'embedded' }), undefined, 'https://mooring.example.com'],
    ['Not kept', 'warn', healthy({ kind: 'embedded', persistent: false }), undefined, HERE],
    ['Storage is not answering', 'bad', healthy({ writable: false }), failing('STORAGE_UNAVAILABLE'), HERE],
    ['Storage is read-only', 'bad', healthy({ writable: false }), failing('STORAGE_READ_ONLY'), HERE],
    ['Storage is read-only', 'bad', healthy({ writable: false }), undefined, HERE],
    ['Storage refuses the token', 'bad', healthy({ writable: false }), failing('STORAGE_UNAUTHORIZED'), HERE],
  ])('says "%s"', (label, tone, health, error, backendUrl) => {
    expect(summarizeStorage({ kind: 'ready', health }, error, backendUrl)).toMatchObject({ label, tone });
  });

  it('shows the hint of the backend', () => {
    const { explanation } = summarizeStorage(
      { kind: 'ready', health: healthy({ persistent: false, hint: 'Set KV_REST_API_URL.' }) },
      undefined,
      HERE,
    );
    expect(explanation).toBe('Set KV_REST_API_URL.');
  });

  it.each([
    ['BACKEND_UNREACHABLE', 'Backend not reachable'],
    ['BACKEND_NOT_MOORING', 'Not a Mooring backend'],
  ] as const)('says what is wrong with the backend: %s', (code, label) => {
    expect(summarizeStorage({ kind: 'failed', error: failing(code) }, undefined, HERE)).toMatchObject({ label, tone: 'bad' });
  });
});

describe('the address of a backend', () => {
  it.each([
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['localhost:8787/', 'http://localhost:8787'],
    ['mooring.example.com', 'https://mooring.example.com'],
    ['https://mooring.example.com/api', 'https://mooring.example.com'],
    ['https://mooring.example.com/api/', 'https://mooring.example.com'],
    ['https://example.com/mooring/api?x=1#y', 'https://example.com/mooring'],
  ])('%s is kept as %s', (typed, backendUrl) => {
    expect(parseBackendAddress(typed)).toEqual({ kind: 'ok', backendUrl });
  });

  it.each([
    '',
    'http://mooring.example.com',
    'http://192.168.1.5:8787',
    'ftp://127.0.0.1',
    'https://me:pw@mooring.example.com',
    'two words',
  ])('is not "%s"', (typed) => {
    expect(parseBackendAddress(typed).kind).toBe('invalid');
  });
});

describe('the check of a backend', () => {
  it.each<[string, Health, string, Partial<BackendVerdict>]>([
    ['fine', healthy({}), '', { kind: 'good' }],
    ['closed', healthy({}, 'closed'), '', { kind: 'flawed', code: 'REGISTRATION_CLOSED' }],
    ['asking for a code that is not there', healthy({}, 'code'), '', { kind: 'flawed', code: 'ACCESS_CODE_REQUIRED' }],
    ['asking for a code that is there', healthy({}, 'code'), 'sesame', { kind: 'good' }],
    ['unable to write', healthy({ writable: false, hint: 'Read-only token.' }), '', { kind: 'flawed', hint: 'Read-only token.' }],
    ['forgetful', healthy({ kind: 'embedded', persistent: false }), '', { kind: 'forgetful' }],
  ])('that is %s', (_, health, accessCode, verdict) => {
    expect(judgeBackend(health, accessCode)).toMatchObject(verdict);
  });
});

describe('asking again', () => {
  const base = { nowMs: 100_000, askedMs: 95_000, isFailing: false, nextExpiryMs: undefined };
  it.each([
    ['waits while all is well', base, false],
    ['comes after a while', { ...base, askedMs: 80_000 }, true],
    ['comes sooner while something fails', { ...base, isFailing: true }, true],
    ['comes when a session ran out since', { ...base, nextExpiryMs: 99_000 }, true],
    ['does not come again for one that had run out before', { ...base, nextExpiryMs: 90_000 }, false],
    ['does not come for one that has time left', { ...base, nextExpiryMs: 120_000 }, false],
  ])('%s', (_, at, expected) => {
    expect(isDue(at)).toBe(expected);
  });
});
