/** Owns what a user does with the questions of servers on a surface: waits until they have settled, and presses their buttons. */
import { eventually, type Name, type Surface } from './surfaces.ts';

/** Waits until there is a question that takes clicks: for a moment after it has come it takes none. */
export const settle = (surface: Surface): Promise<void> =>
  eventually(async () => {
    const isReady = await surface.page.evaluate('document.querySelector(".questions[aria-busy=false] .question:not(.ended)") !== null');
    if (!isReady) throw new Error(`No question that takes clicks. On screen: ${await surface.text()}`);
  });

/** Waits until clicks count again, whether there is a question or not. */
export const calm = (surface: Surface): Promise<void> =>
  eventually(async () => {
    const isMoving = await surface.page.evaluate('document.querySelector(".questions[aria-busy=true]") !== null');
    if (isMoving) throw new Error('Clicks do not count yet.');
  });

/** Presses a button of a question that waits. */
export async function press(surface: Surface, button: Name): Promise<void> {
  await settle(surface);
  await surface.click('button', button);
}
