/** Makes the fake browser and the fake page behave where real ones differ. Setup of the `extension` tests; nothing imports it. */
import { locks } from 'node:worker_threads';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import english from '../../extension/public/_locales/en/messages.json' with { type: 'json' };

type Listener = (message: unknown, sender: unknown, sendResponse: (reply: unknown) => void) => unknown;
type MessageEvent = { addListener(listener: Listener): void; removeListener(listener: Listener): void };

// The fake knows only `sendResponse` with `return true`; browsers also take a promise that the listener returns.
const onMessage = fakeBrowser.runtime.onMessage as unknown as MessageEvent;
const addListener = onMessage.addListener.bind(onMessage);
const removeListener = onMessage.removeListener.bind(onMessage);
const adapters = new WeakMap<Listener, Listener>();

onMessage.addListener = (listener) => {
  const adapter: Listener = (message, sender, sendResponse) => {
    const reply = listener(message, sender, sendResponse);
    if (!(reply instanceof Promise)) return reply;
    reply.then(sendResponse, () => sendResponse(undefined));
    return true;
  };
  adapters.set(listener, adapter);
  addListener(adapter);
};
onMessage.removeListener = (listener) => removeListener(adapters.get(listener) ?? listener);

// happy-dom has no Web Locks; Node's own are real.
if (!navigator.locks) Object.defineProperty(navigator, 'locks', { value: locks });

// The fake has no manifest.
fakeBrowser.runtime.getManifest = () => ({ manifest_version: 3, name: 'Mooring', version: '0.0.0' });

// The fake has no messages; these are the real ones, put together as browsers do it.
const messages: { [key: string]: { message: string } | undefined } = english;
fakeBrowser.i18n.getUILanguage = () => 'en-US';
fakeBrowser.i18n.getMessage = (key: string, values: string | (string | number)[] = []) =>
  messages[key]?.message.replaceAll(/\$([1-9])/g, (_, place: string) => String([values].flat()[Number(place) - 1] ?? '')) ?? '';
