/**
 * Owns which MCP servers a page names. Pure: text of the page in, a short list out; nothing of it is trusted, run or fetched.
 * How install links carry their server is install-links.ts; what the page contains is collected by platform/current-tab.ts.
 */
import * as z from 'zod/mini';
import { parseServerUrl } from '../../shared/server-url.ts';
import { type Candidate, readInstallLink } from './install-links.ts';

const Text = z.string().check(z.maxLength(20_000));
const PageHints = z.object({
  pageUrl: z.catch(Text, ''),
  links: z.catch(z.array(z.object({ href: Text, text: Text })), []),
  hints: z.catch(z.array(z.object({ href: Text, title: Text })), []),
  codes: z.catch(z.array(Text), []),
});

export type PageServer = { url: string; name: string };

/** More than this nobody reads; a page that names hundreds is a directory. */
export const MAX_PAGE_SERVERS = 8;
const MAX_NAME_LENGTH = 60;

const SERVER_PATH = /\/(mcp|sse)\/?$/i;
const URL_IN_TEXT = /https?:\/\/[^\s"'`<>()[\]{}\\,;|]{3,2000}/gi;
// A bounded look ahead: the text is a page's, and must not make the expression run long.
const NAMED_CONFIG = /"([^"\n]{1,80})"\s*:\s*\{[^{}]{0,600}?"(?:url|serverUrl|httpUrl)"\s*:\s*"(https?:\/\/[^"\s]{3,2000})"/gi;
const COMMAND_WITH_SERVER = /\bmcp\s+add\b|\bmcp-remote\b|\bmcp-use\b/i;
/** Addresses of instructions, not of servers. */
const PLACEHOLDER = /(^|\.)(example\.(com|org|net)|example|test|invalid)$|your[-_.]?|<|>|\{|\}|%7b|%3c|\.\.\.|…/i;

/** Returns the servers that a page advertises, offers to install, or shows in code and links, the surest first. Total. */
export function parsePageServers(collected: unknown): PageServer[] {
  const parsed = PageHints.safeParse(collected);
  if (!parsed.success) return [];
  const { pageUrl, links, hints, codes } = parsed.data;
  const candidates: Candidate[] = [
    ...hints.map(({ href, title }) => ({ url: resolve(href, pageUrl), name: title })),
    ...links.flatMap(({ href }) => readInstallLink(href)),
    ...codes.flatMap(findInCode),
    ...(SERVER_PATH.test(pathOf(pageUrl)) ? [{ url: pageUrl, name: '' }] : []),
    ...links.flatMap(({ href, text }) => judgeLink(resolve(href, pageUrl), text, pageUrl)),
  ];
  const servers = new Map<string, PageServer>();
  for (const { url, name } of candidates) {
    const server = toServer(url, name);
    if (!server) continue;
    const key = server.url.replace(/\/$/, '');
    if (!servers.has(key)) servers.set(key, server);
    if (servers.size === MAX_PAGE_SERVERS) break;
  }
  return [...servers.values()];
}

function findInCode(code: string): Candidate[] {
  const named = [...code.matchAll(NAMED_CONFIG)].map(([, name = '', url = '']) => ({ url, name: isContainer(name) ? '' : name }));
  const plain = code.split('\n').flatMap((line) => {
    const isCommand = COMMAND_WITH_SERVER.test(line);
    return [...line.matchAll(URL_IN_TEXT)]
      .map(([url]) => url.replace(/[.:!?]+$/, ''))
      .filter((url) => isCommand || SERVER_PATH.test(pathOf(url)))
      .map((url) => ({ url, name: '' }));
  });
  return [...named, ...plain];
}

const isContainer = (key: string) => /^(mcpServers|servers|mcp|context_servers)$/i.test(key);

/**
 * A link counts when its address looks like an endpoint and it is no step within the same site: pages about MCP have many paths that
 * end in /mcp. Within the site it has to show the address itself.
 */
function judgeLink(url: string, text: string, pageUrl: string): Candidate[] {
  if (!URL.canParse(url) || !SERVER_PATH.test(pathOf(url))) return [];
  const { host, pathname } = new URL(url);
  const isElsewhere = !URL.canParse(pageUrl) || new URL(pageUrl).host !== host;
  const showsAddress = text.includes(host + pathname.replace(/\/$/, ''));
  const soundsLikeServer = /(^|[.-])mcp([.-]|$)|^localhost|^127\./i.test(host);
  return showsAddress || (isElsewhere && soundsLikeServer) ? [{ url, name: showsAddress ? '' : text }] : [];
}

function toServer(address: string, name: string): PageServer | undefined {
  if (!/^https?:\/\//i.test(address)) return undefined;
  const verdict = parseServerUrl(address);
  if (verdict.kind === 'invalid') return undefined;
  const { hostname, host, pathname, search } = new URL(verdict.url);
  if (PLACEHOLDER.test(hostname) || PLACEHOLDER.test(pathname + search)) return undefined;
  return { url: verdict.url, name: cleanName(name) || host };
}

/** Leaves out what is not seen or turns text around: a name must not pretend to be something else. */
function cleanName(name: string): string {
  const visible = name
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return visible.length > MAX_NAME_LENGTH ? `${visible.slice(0, MAX_NAME_LENGTH - 1)}…` : visible;
}

const resolve = (href: string, base: string) => (URL.canParse(href, base || undefined) ? new URL(href, base || undefined).href : '');
const pathOf = (url: string) => (URL.canParse(url) ? new URL(url).pathname : '');
