/**
 * Owns the fixed acts of the model test, one after the other, that lead to each end that a call can have: they show that what the random
 * walks look at would be seen. What must hold is judged as in model-walk.ts.
 */
import { clientOf } from './api-client.ts';
import { useSession } from './fault-session.ts';
import { type Act, Acts } from './model-acts.ts';
import type { World } from './model-world.ts';

/** Longer than a killed instance's lease on a call, ms. */
const AFTER_LEASES_MS = 40_000;

export type ScriptedEnd = { name: string; state: string | undefined; executions: number; outcomes: string[] };

/** Plays the acts at the first process, looks at their ends from the second one. @throws Error when something does not hold. */
export async function playEnds(world: World): Promise<ScriptedEnd[]> {
  const { backends, server } = world;
  const [one, two] = backends.map(({ url }) => clientOf(url));
  if (!one || !two) throw new Error('Two processes are needed.');
  const token = await one.register();
  const { id } = await one.connect(token, server.url);
  const [here, there] = [useSession(one, token, id), useSession(two, token, id)];
  const broken: string[] = [];
  const acts = new Acts(
    (reason) => broken.push(reason),
    () => {},
  );
  /** Far from those that the walks count. */
  let counted = 1_000_000;
  const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
    const endsAtMs = performance.now() + 20_000;
    while (!(await isSo())) {
      if (performance.now() > endsAtMs) throw new Error(`It does not come to this: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const taken = (act: Act) => until(`the server takes act ${act.act} up`, () => server.executions(act.act) === 1);
  const ended = (act: Act) => until(`act ${act.act} has an end`, async () => (await acts.look(there, act)) && act.state !== undefined);
  const ends: ScriptedEnd[] = [];
  const play = async (name: string, act: Act, meanwhile: () => Promise<void>): Promise<void> => {
    const asked = acts.send(here, act);
    await meanwhile();
    await asked;
    await ended(act);
    const outcomes = act.outcomes.map((outcome) => (outcome.kind === 'failure' ? outcome.code : outcome.kind));
    ends.push({ name, state: act.state, executions: server.executions(act.act), outcomes });
    if (broken.length > 0) throw new Error(`${name}: ${broken.join('; ')}`);
  };

  await play('answered', acts.add(counted++, 'answer'), async () => {});
  const cancelled = acts.add(counted++, 'hold');
  await play('cancelled', cancelled, async () => {
    await taken(cancelled);
    await acts.cancel(there, cancelled);
  });
  server.release(0);
  await play('connection broken', acts.add(counted++, 'reset'), async () => {});
  const lost = acts.add(counted++, 'hold');
  await play('process killed', lost, async () => {
    await taken(lost);
    await backends[0]?.restart();
    await world.passTime(AFTER_LEASES_MS);
  });
  server.release(0);
  const resumed = acts.add(counted++, 'stream');
  await play('process killed, stream taken up', resumed, async () => {
    await taken(resumed);
    // What is stored of its stream is what another one takes up.
    await until('its stream is known', async () => (await acts.look(there, resumed))['progress'] !== undefined);
    await backends[0]?.restart();
    await world.passTime(AFTER_LEASES_MS);
    const again = acts.send(there, resumed);
    server.release(0);
    await again;
  });
  return ends;
}
