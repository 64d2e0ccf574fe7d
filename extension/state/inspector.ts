/** Owns one opened session in the panel, made of its parts; another session is another inspector. */
import { signal } from '@preact/signals';
import type { Session } from '../../shared/contract.ts';
import { activity } from '../gateway/backend.ts';
import type { CallFailure, ServerChange } from '../gateway/mcp-connection.ts';
import { type CallReach, callReachOf } from './call-reach.ts';
import type { ActivityFile } from './inspector-activity-file.ts';
import type { ActivityView } from './inspector-activity-filter.ts';
import { createActivityLog, type ReadPage } from './inspector-activity-log.ts';
import { type Dial, dialSession, shareConnection } from './inspector-connection.ts';
import { looksEnded } from './inspector-failure.ts';
import { createPrompts } from './inspector-prompts.ts';
import { createResources } from './inspector-resources.ts';
import { openRoomState, type RoomState } from './inspector-room.ts';
import { createRuns } from './inspector-runs.ts';
import { createTools } from './inspector-tools.ts';
import { createLogLevel, createPing } from './server-pulse.ts';
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
  const connection = shareConnection(reach.dial, changed, (open) => {
    void resources.watchAgain(open);
    const { logLevel } = room.state.peek();
    // A stateful server that was asked once remembers, or is told again by the backend.
    if (session.revision === 'stateless' && logLevel !== undefined) void open.setLogLevel(logLevel);
  });
  const log = createActivityLog(reach.readActivity, reach.refreshSession);
  const tools = createTools(connection, settled);
  const subscriptions = {
    get: () => room.state.peek().subscriptions,
    set: (uris: string[]) => room.update({ subscriptions: uris }),
  };
  const resources = createResources(connection, subscriptions, settled);
  const prompts = createPrompts(connection, settled);
  const pulse = createPing(connection, settled);
  const serverLog = createLogLevel(connection, (logLevel) => room.update({ logLevel }), settled);
  const limitMs = () => {
    const seconds = memory.timeLimit();
    return seconds === null ? undefined : seconds * 1000;
  };
  const schemaOf = (name: string): unknown => tools.list.peek().tools?.find((tool) => tool.name === name)?.inputSchema;
  const runs = createRuns(connection, reach.calls, schemaOf, limitMs, settled, reach.refreshSession);

  const activityFile = signal<{ file: ActivityFile; view: ActivityView } | undefined>(undefined);
  /** The act whose messages are to be shown, by its Idempotency-Key, until the Activity room has found them. */
  const wantedCall = signal<string | undefined>(undefined);

  /** How often somebody was sent to a place. */
  const arrivals = signal(0);

  /** Activity has grown and the session's time has started again; a failure that names its end is checked with the backend. */
  function settled(failure: CallFailure | undefined): void {
    log.nudge();
    if (failure === undefined || looksEnded(failure)) reach.refreshSession();
  }

  /** Goes to a place that somebody named elsewhere: where the list has the whole width, what is selected is shown instead of it. */
  function goTo(place: Partial<Pick<RoomState, 'room' | 'tool' | 'prompt' | 'resource' | 'template'>>): void {
    room.update(place);
    arrivals.value++;
  }

  function changed(change: ServerChange): void {
    if (change.kind === 'resource') resources.markChanged(change.uri);
    else if (change.kind === 'resources') void resources.refreshLists();
    else if (change.kind === 'prompts') void prompts.prompts.refreshIfRead();
    else void tools.refresh();
  }

  return {
    sessionId: session.id,
    connection,
    room,
    tools,
    schemaOf,
    resources,
    prompts,
    /** Goes to a resource, wherever it was named, and reads it. */
    openResource(uri: string): void {
      goTo({ room: 'resources', resource: uri, template: undefined });
      void resources.read(uri);
    },
    goTo,
    arrivals,
    pulse,
    serverLog,
    runs,
    memory,
    activity: log,
    readActivity: reach.readActivity,
    /** A file that is looked at instead of what is live. */
    activityFile,
    wantedCall,
    /** Goes to the Activity room and there to the messages of an act. */
    showCall(key: string): void {
      wantedCall.value = key;
      room.update({ room: 'activity' });
    },
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
