/** Owns one opened session in the panel, made of its parts; another session is another inspector. */
import type { Session } from '../../shared/contract.ts';
import { activity } from '../gateway/backend.ts';
import type { CallFailure } from '../gateway/mcp-connection.ts';
import { createActivityLog, type ReadPage } from './inspector-activity-log.ts';
import { type Dial, dialSession, shareConnection } from './inspector-connection.ts';
import { looksEnded } from './inspector-failure.ts';
import { openRoomState } from './inspector-room.ts';
import { type CallReach, callReachOf, createRuns } from './inspector-runs.ts';
import { createTools } from './inspector-tools.ts';
import { refreshSessions } from './sessions.ts';
import { sessions } from './stored-state.ts';
import { openToolMemory } from './tool-memory.ts';

type Reach = { dial: Dial; calls: CallReach; readActivity: ReadPage; refreshSession: () => void };

const reachOf = (session: Pick<Session, 'id' | 'revision'>): Reach => ({
  dial: dialSession(session),
  calls: callReachOf(session.id),
  readActivity: (page) => activity(session.id, page),
  refreshSession: () => void refreshSessions(),
});

/**
 * Opens a session in the panel: what was remembered of it is there at once, tools follow.
 *
 * @param reach How it is reached; the session's own endpoint unless a test says otherwise.
 */
export async function openInspector(session: Pick<Session, 'id' | 'revision'>, reach: Reach = reachOf(session)) {
  const url = sessions.peek().find(({ id }) => id === session.id)?.url ?? session.id;
  const [room, memory] = await Promise.all([openRoomState(session.id), openToolMemory(url, session.id)]);
  const connection = shareConnection(reach.dial, () => void tools.refresh());
  const log = createActivityLog(reach.readActivity, reach.refreshSession);
  const tools = createTools(connection, settled);
  const limitMs = () => {
    const seconds = memory.timeLimit();
    return seconds === null ? undefined : seconds * 1000;
  };
  const runs = createRuns(connection, reach.calls, limitMs, settled, reach.refreshSession);

  /** Activity has grown and the session's time has started again; a failure that names its end is checked with the backend. */
  function settled(failure: CallFailure | undefined): void {
    log.nudge();
    if (failure === undefined || looksEnded(failure)) reach.refreshSession();
  }

  return {
    sessionId: session.id,
    room,
    tools,
    runs,
    memory,
    activity: log,
    /** Lets go of a session that is over: nothing goes on asking for it. */
    disconnect: () => connection.close(),
    async close(): Promise<void> {
      log.stop();
      runs.leave();
      await Promise.all([room.flush(), connection.close()]);
    },
  };
}

export type Inspector = Awaited<ReturnType<typeof openInspector>>;
