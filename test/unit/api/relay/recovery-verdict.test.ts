/** Proves the table of what follows from how a request ended: row by row, and that nothing else than a read is ever repeated after it was sent. */
import { describe, expect, it } from 'vitest';
import { type Attempt, type Circumstances, isSessionLost, judgeAttempt } from '../../../../api/_lib/relay/recovery-verdict.ts';
import { AppError, ERROR_TABLE, type ErrorCode } from '../../../../shared/errors.ts';

const failed = (code: ErrorCode, ran: 'no' | 'unknown'): Attempt => ({ kind: 'failed', error: new AppError(code, 'x'), ran });
const call: Circumstances = { method: 'tools/call', repeats: 0, renewed: false, delivered: false };
const list: Circumstances = { ...call, method: 'tools/list' };
const lost: Attempt = { kind: 'session-lost' };
const notLetIn: Attempt = {
  kind: 'access-refused',
  refused: { token: 'a', challenge: null },
  error: new AppError('SERVER_SIGN_IN_REQUIRED', 'x'),
};

/** The verdict in one word, a failure by its code. */
const verdict = (attempt: Attempt, at: Circumstances): string => {
  const judged = judgeAttempt(attempt, at);
  return judged.kind === 'fail' ? judged.error.code : judged.kind;
};

describe('an attempt', () => {
  it.each<[string, Attempt, Circumstances, string]>([
    ['answered', { kind: 'answered' }, call, 'done'],
    ['answered after all', { kind: 'answered' }, { ...call, repeats: 2, renewed: true, delivered: true }, 'done'],
    ['whose server session is lost', lost, call, 'renew'],
    ['whose server session is lost after a repetition', lost, { ...list, repeats: 1 }, 'renew'],
    ['whose renewed server session is lost too', lost, { ...call, renewed: true }, 'SERVER_FAILED'],
    ['that was not let in', notLetIn, call, 'renew-access'],
    ['that was not let in after the server session was renewed', notLetIn, { ...call, renewed: true }, 'renew-access'],
    ['that was refused before sending', failed('SERVER_UNREACHABLE', 'no'), call, 'repeat'],
    ['whose name was not found', failed('SERVER_NAME_UNKNOWN', 'no'), call, 'repeat'],
    ['that was refused twice', failed('SERVER_UNREACHABLE', 'no'), { ...call, repeats: 1 }, 'SERVER_UNREACHABLE'],
    ['a read that was refused twice', failed('SERVER_UNREACHABLE', 'no'), { ...list, repeats: 1 }, 'SERVER_UNREACHABLE'],
    ['that was too slow to connect', failed('SERVER_TIMEOUT', 'no'), call, 'SERVER_TIMEOUT'],
    ['that met a bad certificate', failed('SERVER_TLS_FAILED', 'no'), list, 'SERVER_TLS_FAILED'],
    ['to a forbidden address', failed('SERVER_ADDRESS_FORBIDDEN', 'no'), list, 'SERVER_ADDRESS_FORBIDDEN'],
    ['that needs sign-in', failed('SERVER_SIGN_IN_REQUIRED', 'no'), call, 'SERVER_SIGN_IN_REQUIRED'],
    ['that is not allowed', failed('SERVER_REFUSED', 'no'), list, 'SERVER_REFUSED'],
    ['a call that broke after sending', failed('CALL_OUTCOME_UNKNOWN', 'unknown'), call, 'CALL_OUTCOME_UNKNOWN'],
    ['a call that met 500', failed('SERVER_FAILED', 'unknown'), call, 'CALL_OUTCOME_UNKNOWN'],
    ['a call that timed out', failed('SERVER_TIMEOUT', 'unknown'), call, 'CALL_OUTCOME_UNKNOWN'],
    ['a call that got HTML', failed('SERVER_NOT_MCP', 'unknown'), call, 'CALL_OUTCOME_UNKNOWN'],
    ['a call whose redirect led elsewhere', failed('SERVER_ADDRESS_FORBIDDEN', 'unknown'), call, 'CALL_OUTCOME_UNKNOWN'],
    ['a call whose answer was too large', failed('SERVER_RESPONSE_TOO_LARGE', 'unknown'), call, 'SERVER_RESPONSE_TOO_LARGE'],
    ['a read that broke', failed('CALL_OUTCOME_UNKNOWN', 'unknown'), list, 'repeat'],
    ['a read that broke twice', failed('CALL_OUTCOME_UNKNOWN', 'unknown'), { ...list, repeats: 1 }, 'repeat'],
    ['a read that broke three times', failed('CALL_OUTCOME_UNKNOWN', 'unknown'), { ...list, repeats: 2 }, 'SERVER_UNREACHABLE'],
    ['a read that met 503 three times', failed('SERVER_FAILED', 'unknown'), { ...list, repeats: 2 }, 'SERVER_FAILED'],
    ['a read of which something was shown', failed('SERVER_FAILED', 'unknown'), { ...list, delivered: true }, 'SERVER_FAILED'],
    ['a read whose answer was too large', failed('SERVER_RESPONSE_TOO_LARGE', 'unknown'), list, 'SERVER_RESPONSE_TOO_LARGE'],
    ['a read whose redirect led elsewhere', failed('SERVER_ADDRESS_FORBIDDEN', 'unknown'), list, 'SERVER_ADDRESS_FORBIDDEN'],
  ])('%s', (_name, attempt, at, expected) => {
    expect(verdict(attempt, at)).toBe(expected);
  });

  const codes = Object.keys(ERROR_TABLE) as ErrorCode[];
  it.each([
    'tools/call',
    'completion/complete',
    'logging/setLevel',
    'resources/subscribe',
    'tasks/cancel',
    'tasks/result',
    'x/unknown',
    'TOOLS/LIST',
    '',
  ])('%s is never repeated once it may have run, whatever went wrong', (method) => {
    for (const code of codes)
      for (const repeats of [0, 1, 2])
        for (const renewed of [false, true])
          for (const delivered of [false, true])
            expect(judgeAttempt(failed(code, 'unknown'), { method, repeats, renewed, delivered }).kind).toBe('fail');
  });

  it.each([
    'ping',
    'tools/list',
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'prompts/list',
    'prompts/get',
    'server/discover',
    'subscriptions/listen',
  ])('%s changes nothing, so it is tried three times', (method) => {
    const kinds = [0, 1, 2, 3].map((repeats) => judgeAttempt(failed('SERVER_FAILED', 'unknown'), { ...call, method, repeats }).kind);
    expect(kinds).toEqual(['repeat', 'repeat', 'fail', 'fail']);
  });

  it('that failed keeps what was behind it for the log', () => {
    const attempt = failed('SERVER_FAILED', 'unknown');
    const judged = judgeAttempt(attempt, call);
    expect(judged.kind === 'fail' && attempt.kind === 'failed' && judged.error.cause === attempt.error).toBe(true);
  });
});

describe('a lost server session', () => {
  const error = (code: number, message: string) => JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
  it.each<[number, string, boolean, boolean]>([
    [404, '', true, true],
    [404, error(-32001, 'Session not found'), true, true],
    [404, '<html>', true, true],
    // Without a server session nothing can be lost: this address has no server.
    [404, '', false, false],
    [404, error(-32601, 'Method not found'), false, false],
    [400, error(-32000, 'Bad Request: No valid session ID provided'), true, true],
    [400, error(-32000, 'Bad Request: No valid session ID provided'), false, false],
    [400, error(-32000, 'Bad Request: Server not initialized'), true, true],
    [400, error(-32000, 'Bad Request: Server not initialized'), false, true],
    [400, error(-32600, 'Bad Request: Missing session ID'), true, true],
    [400, error(-32000, 'Invalid session ID'), true, true],
    [400, 'Unknown session', true, true],
    [400, 'Session abc-123 has expired', true, true],
    [400, 'Session with id 7 does not exist', true, true],
    [400, 'No active transport', true, false],
    [400, '', true, false],
    [400, error(-32602, 'Invalid params: session not found in calendar'), true, false],
    [400, error(-32602, 'variable not initialized'), true, false],
    [400, '{"error": {"code" : -32602 , "message": "not initialized"}}', true, false],
    [400, error(-32601, 'Unknown session method'), true, false],
    [400, error(-32600, 'Too many arguments in this session'), true, false],
    [401, 'Session expired', true, false],
    [403, 'Session expired', true, false],
    [405, 'Session expired', true, false],
    [409, 'Only one SSE stream is allowed per session', true, false],
    [500, 'Session not found', true, false],
    [503, error(-32000, 'Server not initialized'), true, false],
  ])('%i %s (server session: %s) is judged %s', (status, body, hadServerSession, expected) => {
    expect(isSessionLost(status, body, hadServerSession)).toBe(expected);
  });

  it('is judged without delay however long and strange the text', () => {
    const text = `session${' session'.repeat(2000)}${'x'.repeat(20_000)}`;
    expect(isSessionLost(400, text, true)).toBe(false);
  });
});
