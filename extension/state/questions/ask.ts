/**
 * Owns what a question of a server asks, read from its request. Pure and total: the request is text from outside, so any part may be missing or
 * wrong; one that can't be read can still be refused. Source: MCP 2025-11-25, Elicitation and Sampling.
 */
import type { Question } from '../../../shared/question-contract.ts';
import { textOf } from '../kept-values.ts';
import { describeLink, type LinkFacts } from '../link-facts.ts';
import { isJsonObject, type JsonObject } from '../schema-form/json-value.ts';

export type Said = { role: 'user' | 'assistant'; blocks: unknown[] };
export type OfferedTool = { name: string; description?: string; inputSchema: unknown };

export type FormAsk = { kind: 'form'; message: string; schema: JsonObject; secretFields: string[] };
export type UrlAsk = {
  kind: 'url';
  message: string;
  url: string;
  /** Undefined for an address that is no web page: it is not opened. */
  link: LinkFacts | undefined;
  elicitationId?: string;
};
export type SamplingAsk = {
  kind: 'sampling';
  messages: Said[];
  systemPrompt?: string;
  /** Everything else that it asks for, as it came: shown, not understood. */
  wishes: [name: string, value: unknown][];
  tools: OfferedTool[];
  request: JsonObject;
};
export type Ask =
  | FormAsk
  | UrlAsk
  | SamplingAsk
  /** Its request does not say what it has to. */
  | { kind: 'unreadable'; method: string; request: unknown }
  /** Its request was too large to keep, or is not kept any more. */
  | { kind: 'lost' };

export function parseAsk({ method, params }: Pick<Question, 'method' | 'params'>): Ask {
  if (method === undefined) return { kind: 'lost' };
  const unreadable: Ask = { kind: 'unreadable', method, request: params };
  if (!isJsonObject(params)) return unreadable;
  if (method === 'sampling/createMessage') return parseSampling(params) ?? unreadable;
  if (params['mode'] === 'url') return parseUrl(params) ?? unreadable;
  const schema = params['requestedSchema'];
  // Other modes may come: they are not taken for a form.
  if ((params['mode'] ?? 'form') !== 'form' || !isJsonObject(schema)) return unreadable;
  return { kind: 'form', message: textOf(params['message']), schema: toFormSchema(schema), secretFields: findSecretFields(schema) };
}

export function parseUrl(params: JsonObject): UrlAsk | undefined {
  const { url, message, elicitationId } = params;
  if (typeof url !== 'string') return undefined;
  return {
    kind: 'url',
    message: textOf(message),
    url,
    link: describeLink(url),
    ...(typeof elicitationId === 'string' && { elicitationId }),
  };
}

function parseSampling(params: JsonObject): SamplingAsk | undefined {
  const { messages, systemPrompt, tools, _meta, ...wishes } = params;
  if (!Array.isArray(messages)) return undefined;
  return {
    kind: 'sampling',
    messages: messages.map((message): Said => {
      const { role, content } = isJsonObject(message) ? message : {};
      return { role: role === 'assistant' ? 'assistant' : 'user', blocks: Array.isArray(content) ? content : [content] };
    }),
    ...(typeof systemPrompt === 'string' && systemPrompt !== '' && { systemPrompt }),
    wishes: Object.entries(wishes),
    tools: (Array.isArray(tools) ? tools : []).flatMap((tool): OfferedTool[] => {
      if (!isJsonObject(tool) || typeof tool['name'] !== 'string') return [];
      const { name, description, inputSchema = {} } = tool;
      return [{ name, inputSchema, ...(typeof description === 'string' && { description }) }];
    }),
    request: params,
  };
}

/** A list of choices is drawn as boxes to tick; forms of servers leave out that each counts once. */
function toFormSchema(schema: JsonObject): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return {
    ...schema,
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => {
        const items = isJsonObject(property) ? property['items'] : undefined;
        const isChoice =
          isJsonObject(items) && (Array.isArray(items['enum']) || Array.isArray(items['anyOf']) || Array.isArray(items['oneOf']));
        return [name, isChoice && isJsonObject(property) ? { uniqueItems: true, ...property } : property];
      }),
    ),
  };
}

const SECRET =
  /pass ?(word|phrase|code)|kennwort|passwort|\bpwd\b|secret|geheim|\btoken\b|api ?key|access ?key|private ?key|credential|zugangsdaten|\bpin\b|\botp\b|\bcvv\b|\bcvc\b|card ?number|kartennummer|\biban\b|social ?security|\bssn\b|seed ?phrase|recovery ?code/i;

/** In a description these are plain enough, unless it says not to. */
const SECRET_ABOUT = /password|passwort|kennwort|secret|api ?key|access ?token|private ?key|credential|zugangsdaten|seed ?phrase/i;
const SAYS_NOT = /\b(not|never|don.t|nicht|nie|keine?)\b/i;

/** Returns the fields that look like they want a secret. Source: MCP 2025-11-25, Elicitation: servers MUST NOT ask for those in a form. */
function findSecretFields(schema: JsonObject): string[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    const { title, description, format } = isJsonObject(property) ? property : {};
    const names = [name.replaceAll(/(?<=[a-z])(?=[A-Z])|[_-]+/g, ' '), textOf(title)];
    const about = textOf(description);
    const isAsked = names.some((text) => SECRET.test(text)) || (SECRET_ABOUT.test(about) && !SAYS_NOT.test(about));
    return format === 'password' || isAsked ? [name] : [];
  });
}
