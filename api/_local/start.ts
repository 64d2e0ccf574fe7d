/**
 * Owns `npm start`: the extension, the backend and a sample server, running together on this machine.
 * What each of them is and how it is found lies elsewhere (build-extension.ts, server.ts, sample.ts, local-browser.ts).
 */
import { mkdirSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { buildExtension } from './build-extension.ts';
import { extensionFolder, PROJECT_FOLDER, serverBundle } from './build-folders.ts';
import { bundleBackend } from './bundle.ts';
import { type Child, describeEnding, endChildren, startChild } from './children.ts';
import { findFreePort } from './listen.ts';
import { browserArguments, findLocalBrowser } from './local-browser.ts';
import { startSample } from './sample.ts';

const DATA_FILE = process.env['MOORING_DATA'] || `${PROJECT_FOLDER}.data/mooring.sqlite`;
/** Logs and the browser's profile lie beside the data. */
const DATA_FOLDER = resolve(dirname(DATA_FILE));
const DEFAULT_PORT = 8787;
const DEFAULT_BACKEND_URL = `http://127.0.0.1:${DEFAULT_PORT}`;
const SAMPLE_PORT = 3001;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** Relative where that is shorter to read. */
const shorten = (path: string): string => (relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path) || '.');

process.on('SIGINT', () => void endAll(0));
process.on('SIGTERM', () => void endAll(0));
process.on('SIGHUP', () => void endAll(0));

let isEnding = false;
async function endAll(exitCode: number): Promise<void> {
  if (isEnding) process.exit(1);
  isEnding = true;
  if (exitCode === 0) say('\nEnding all that was started.');
  await endChildren();
  process.exit(exitCode);
}

try {
  await start();
} catch (error) {
  if (!isEnding) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    await endAll(1);
  }
}

async function start(): Promise<void> {
  mkdirSync(DATA_FOLDER, { recursive: true });
  say('Building the backend and the extension …');
  await bundleBackend();
  const [backendUrl, sampleUrl] = await Promise.all([startBackend(), startSampleServer()]);
  // After the backend: the address of the backend is built in.
  await buildExtension('chrome', backendUrl);
  await buildExtension('firefox', backendUrl);
  say('');
  say(`Backend         ${backendUrl}/api`);
  say(`Sample server   ${sampleUrl}`);
  say(`Logs and data   ${shorten(DATA_FOLDER)}`);
  const browser = findLocalBrowser();
  if (browser.kind === 'found') openBrowser(browser.path);
  else sayHowToLoad(browser.reason);
  // Settings that an earlier run stored outlast a new build.
  if (backendUrl !== DEFAULT_BACKEND_URL) say(`\nShould the popup not find the backend: enter ${backendUrl} in its settings.`);
  say(`
1. Click the Mooring icon in the toolbar (it may be behind the puzzle piece; pin it there).
2. Enter ${sampleUrl} and click Connect.
3. Open the inspector, choose the tool "echo", type a message, and run it.

Ctrl-C ends everything.`);
}

async function startBackend(): Promise<string> {
  const wanted = process.env['PORT'] || String(DEFAULT_PORT);
  const backend = startChild({
    args: [serverBundle(), '--next-free-port'],
    env: { ...process.env, MOORING_DATA: DATA_FILE },
    logFile: `${DATA_FOLDER}/backend.log`,
    channel: true,
  });
  const line = await backend.firstLine;
  const url = /^Mooring backend on (\S+)\/api /.exec(line)?.[1];
  if (url === undefined) throw new Error(`The backend began with an unexpected line: ${line}`);
  sayWhenTaken('backend', wanted, new URL(url).port);
  endWith('backend', backend);
  return url;
}

async function startSampleServer(): Promise<string> {
  const { child, port, url } = await startSample({ port: await findFreePort(SAMPLE_PORT), logFile: `${DATA_FOLDER}/sample.log` });
  sayWhenTaken('sample server', String(SAMPLE_PORT), String(port));
  endWith('sample server', child);
  return url;
}

/** Ends everything when a part that the rest needs has ended by itself. */
function endWith(name: string, child: Child): void {
  void child.ended.then((ending) => {
    if (isEnding) return;
    const lastLines = child.output().trimEnd().split('\n').slice(-20).join('\n');
    process.stderr.write(`The ${name} ${describeEnding(ending)}. Its last lines:\n${lastLines}\n`);
    return endAll(1);
  });
}

function sayWhenTaken(name: string, wanted: string, got: string): void {
  if (wanted !== got && wanted !== '0') say(`Port ${wanted} is taken: the ${name} listens on ${got}.`);
}

function openBrowser(path: string): void {
  const browser = startChild({
    command: path,
    args: browserArguments(extensionFolder('chrome'), `${DATA_FOLDER}/chromium-profile`),
    logFile: `${DATA_FOLDER}/browser.log`,
  });
  say(`Browser         ${path}, with a profile of its own`);
  void browser.ended.then((ending) => {
    if (isEnding) return;
    if (ending.code === 0) say('The browser was closed. The backend and the sample server go on; Ctrl-C ends them.');
    else sayHowToLoad(`The browser ${describeEnding(ending)}; ${shorten(`${DATA_FOLDER}/browser.log`)} may say why.`);
  });
}

function sayHowToLoad(reason: string): void {
  say(`
${reason} Load the extension yourself:
  Chrome, Edge, Brave: open chrome://extensions, switch on Developer mode, click "Load unpacked", choose
    ${extensionFolder('chrome')}
  Firefox: open about:debugging#/runtime/this-firefox, click "Load Temporary Add-on", choose
    ${extensionFolder('firefox')}/manifest.json`);
}
