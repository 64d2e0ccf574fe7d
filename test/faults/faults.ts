/**
 * Owns the list of faults that Mooring promises to survive, and where each is proved. A fault that is not proved yet says why; faults.test.ts
 * checks that every proof exists. What is expected in every row: nothing lost, nothing executed twice, a clear error.
 */

export type Proof = { file: string; title: string };
export type FaultRow = { fault: string; proofs: readonly Proof[] /** What of it is not proved, and why. */; missing?: string };

const proof = (file: string, title: string): Proof => ({ file: `test/${file}`, title });

const STORAGE = 'faults/storage.test.ts';
const KILLED = 'faults/killed-instance.test.ts';
const SERVERS = 'faults/hard-servers.test.ts';
const DEVICES = 'faults/several-devices.test.ts';
const REMOVED = 'faults/device-removed.test.ts';
const KEYS = 'integration/vault/keys.test.ts';
const TIME = 'faults/time-runs-out.test.ts';
const RELAY = 'integration/relay/faults.test.ts';

const SIGN_IN = 'faults/sign-in.test.ts';

export const FAULTS: Readonly<Record<string, FaultRow>> = {
  F1: {
    fault: 'The answer to the request that begins a call is lost',
    proofs: [
      proof(STORAGE, 'once: the client library asks again, the same owner goes on, the call runs once'),
      proof(STORAGE, 'for good: an outage is told'),
    ],
  },
  F2: {
    fault: 'The answer to the request that marks a call as sent is lost',
    proofs: [proof(STORAGE, 'the answer to the request that marks a call as sent is lost: it runs once')],
  },
  F3: { fault: 'Storage is away before a call begins', proofs: [proof(STORAGE, 'before a call begins: 503, nothing is sent')] },
  F4: {
    fault: 'Storage is away between a request and its answer',
    proofs: [
      proof(STORAGE, 'between the request and its answer: the answer is delivered, elsewhere the call is unknown'),
      proof(STORAGE, 'storage that comes back within the lease learns how the call ended'),
    ],
  },
  F5: {
    fault: 'Storage hangs',
    proofs: [
      proof(STORAGE, 'before a call begins: 503'),
      proof('integration/backend/recovery.test.ts', 'reports an outage as an outage: 503, never 401 or 404'),
    ],
  },
  F6: { fault: 'Storage answers 429 or 500', proofs: [proof(STORAGE, 'no command is quoted; afterwards the same act runs once')] },
  F7: {
    fault: 'The connection from the browser is reset after the request was received, and the browser sends it again',
    proofs: [proof('faults/browser-resends.test.ts', '%s sends a request again after its connection was reset: it runs once')],
  },
  F8: {
    fault: 'The user clicks Run twice',
    proofs: [],
    missing: 'A matter of the panel alone: its tests are those of the extension (test/unit/extension/inspector).',
  },
  F9: {
    fault: 'The same key with another body',
    proofs: [
      proof(DEVICES, 'can be asked for again under the same key: each gets the answer under his own id; another act under it is refused'),
      proof('contract/store/call-contract.ts', 'is refused under the key of another act, whatever became of that'),
    ],
  },
  F10: {
    fault: 'Fifty copies of one request at two processes',
    proofs: [proof(KILLED, 'fifty copies of one request at two processes run once, and all get the same answer')],
  },
  F11: {
    fault: 'A process is killed while a call is pending',
    proofs: [proof(KILLED, 'while a call is pending: another one takes the call over and runs it once')],
  },
  F12: {
    fault: 'A process is killed after a call was sent',
    proofs: [
      proof(KILLED, 'after a call was sent, at a server without event ids: the outcome is unknown, never repeated'),
      proof(KILLED, 'while a call streams, at a server with event ids'),
      proof(
        'integration/backend/calls.test.ts',
        'another one takes up the stream at the server: the result arrives, and the call ran once',
      ),
    ],
  },
  F13: {
    fault: 'A process is killed after the server answered and before that was stored',
    proofs: [proof(KILLED, 'after the server answered and before that was stored: the outcome is unknown, it ran once')],
  },
  F14: {
    fault: 'The server breaks the connection after it received a call',
    proofs: [proof(RELAY, 'that breaks after the request leaves a call unknown and is never repeated')],
  },
  F15: {
    fault: 'The server breaks the connection before it received a call',
    proofs: [
      proof(RELAY, 'that is refused is tried once more: a server that comes back gets the call once'),
      proof(RELAY, 'that stays refused is told as unreachable, and nothing ran'),
    ],
  },
  F16: {
    fault: 'A proxy before the server answers a call with 502, 503 or 504',
    proofs: [proof(RELAY, '%i leaves a call unknown after one execution; a list is asked for three times')],
  },
  F17: { fault: 'The same for a list', proofs: [proof(RELAY, 'of a list once is not noticed')] },
  F18: {
    fault: 'The server has forgotten its session',
    proofs: [proof('integration/relay/lost-server-session.test.ts', 'and answers %i %j gets one handshake and the call once more')],
  },
  F19: {
    fault: 'Twenty cold instances find the same dead server session',
    proofs: [proof('integration/relay/lost-server-session.test.ts', 'twenty that find the same dead server session make one new one')],
  },
  F20: {
    fault: 'The holder of a lock or a lease is paused for longer than it lasts',
    proofs: [
      proof('integration/relay/lost-server-session.test.ts', 'a holder of the lock that was paused for too long overwrites nothing'),
      proof(KILLED, 'a process that was paused for longer than its lease sends nothing any more, and the call has one end'),
    ],
  },
  F21: {
    fault: 'Two instances share a server session, with slow and fast calls of equal ids',
    proofs: [proof('integration/relay/two-instances.test.ts', 'every answer is the right one for its call, whatever is killed meanwhile')],
  },
  F22: {
    fault: 'The server answers with the id of another call',
    proofs: [proof(RELAY, 'to another request is dropped, and the call reported as unknown')],
  },
  F23: { fault: 'The server sends the response twice', proofs: [proof(RELAY, 'that comes twice counts once')] },
  F24: {
    fault: 'A stream is cut in the middle of an event, at any byte',
    proofs: [
      proof(SERVERS, 'without event ids leaves the call unknown, never shows half an event'),
      proof(SERVERS, 'with event ids is taken up after the last whole event: each message arrives once'),
    ],
  },
  F25: {
    fault: 'A stream that is taken up sends events again',
    proofs: [proof(SERVERS, 'an event that is sent again when a stream is taken up is shown once')],
  },
  F26: {
    fault: 'The server sends 100,000 progress events',
    proofs: [proof(SERVERS, '100,000 progress events leave memory bounded, and the call completes')],
  },
  F27: {
    fault: 'A stream is silent, or drips, for six minutes',
    proofs: [proof(SERVERS, 'a server that %s for six minutes keeps its call, and the client its stream by heartbeats')],
  },
  F28: {
    fault: 'The server never answers',
    proofs: [proof(SERVERS, 'a server that never answers is given up: the outcome is unknown, the connection is closed')],
  },
  F29: {
    fault: 'The client goes away in the middle of a call',
    proofs: [
      proof(DEVICES, 'whose window was closed is listed with its progress; its result waits for every device of the workspace'),
      proof(
        'integration/backend/calls.test.ts',
        'a call whose client went away goes on, is listed with its progress, and its result waits',
      ),
    ],
  },
  F30: {
    fault: 'A cancellation meets the end of its call',
    proofs: [
      proof(DEVICES, 'is cancelled while it ends: whichever came first is the only end'),
      proof('contract/store/call-contract.ts', 'has one end when it is settled and cancelled at once'),
    ],
  },
  F31: {
    fault: 'The time of a function is over',
    proofs: [proof(TIME, 'the time of a function ends three times during a call: the %s client carries on by itself')],
  },
  F32: {
    fault: 'A process is told to end during ten calls',
    proofs: [
      proof(KILLED, 'during ten calls that end soon: every stream gets its answer, and the ledger is consistent'),
      proof(KILLED, 'during ten calls that take long: it ends all the same, streams end cleanly, and others take the calls up'),
    ],
  },
  F33: {
    fault: 'The session runs out while a call is under way',
    proofs: [
      proof(TIME, 'the session runs out while a call is under way: who waits gets its answer'),
      proof(TIME, 'a call that takes longer than a session may be idle keeps its session alive'),
    ],
  },
  F34: {
    fault: 'The session runs out between two steps of one write',
    proofs: [
      proof('contract/store/session-end-contract.ts', 'never comes back once it has run out, whatever is written to it'),
      proof('integration/backend/storage-trouble.test.ts', 'holds no key without an end of life after all that a session goes through'),
    ],
  },
  F35: {
    fault: 'A session reaches its greatest age',
    proofs: [],
    missing: 'Sessions have no greatest age: they end when nobody uses them.',
  },
  F36: {
    fault: 'A device is removed during its call',
    proofs: [
      proof(REMOVED, 'end with a last word: %s'),
      proof(REMOVED, 'a device that is removed during its call may begin nothing more, on no instance, with whatever it has in hand'),
    ],
  },
  F37: {
    fault: 'Making a session breaks off in the middle',
    proofs: [proof(STORAGE, 'making a session breaks off in storage: it is there as a whole or not at all')],
  },
  F38: { fault: 'Two instances refresh a token at once', proofs: [proof(SIGN_IN, 'on two instances at once: one renews it for all')] },
  F39: {
    fault: 'The answer to the refresh of a token is lost',
    proofs: [
      proof(SIGN_IN, 'whose renewal is lost is not sent again'),
      proof(SIGN_IN, 'whose renewing instance is killed is not sent again'),
    ],
  },
  F40: {
    fault: 'A key of encryption is gone or replaced',
    proofs: [
      proof(KEYS, 'takes one session with it when it was that session’s alone: the others go on, and it can be connected anew'),
      proof(KEYS, 'of a whole workspace is told as such, to that workspace alone'),
      proof(KEYS, 'in the middle of a call on another instance loses nothing: the result is read on both'),
    ],
  },
  F41: {
    fault: 'Storage goes back by a few seconds',
    proofs: [proof(STORAGE, 'storage goes back by a few seconds: every call ends, each runs once')],
    missing: 'A call that was begun within those seconds and is sent again after them runs again: nothing is left that knew of it.',
  },
  F42: {
    fault: 'A request is too large; a result has 50 MB; a line has 1 MB',
    proofs: [
      proof('integration/backend/contract.test.ts', 'are refused by their declared length before they are read'),
      proof(SERVERS, 'a result of 50 MB in %s is delivered whole; it is not kept, and the size is told'),
      proof(SERVERS, 'a line of 1 MB among others passes'),
    ],
  },
  F43: {
    fault: 'The background is killed, the popup closed, the panel opened again',
    proofs: [
      proof('e2e/calls-wait.test.ts', 'goes on when the panel is closed: progress and result are there when it is opened again'),
      proof('e2e/calls-wait.test.ts', 'outlives the browser'),
    ],
  },
  F44: {
    fault: 'The clocks of instances differ',
    proofs: [proof(KILLED, 'clocks of instances differ by twenty minutes: no lease, no session and no call is affected')],
  },
};
