/**
 * Owns what is read of what a server lists, resources, templates and prompts; nothing in it is trusted, and what is not known is kept. Pure.
 * Source: MCP 2026-07-28, Resources and Prompts > Data types.
 */
import { isText, textOf } from './kept-values.ts';
import { isJsonObject, type JsonObject } from './schema-form/json-value.ts';

type Named = {
  /** What people call it; its identifier where it has no name. */
  label: string;
  name: string;
  description: string;
  /** As the server listed it. */
  entry: JsonObject;
};
export type Resource = Named & { uri: string; mimeType: string; size: number | undefined };
export type ResourceTemplate = Named & { uriTemplate: string; mimeType: string };
export type PromptArgument = { name: string; title: string; description: string; isRequired: boolean };
export type Prompt = Named & { arguments: PromptArgument[] };

function toNamed(entry: JsonObject, identifier: string): Named {
  const name = textOf(entry['name']);
  return { label: textOf(entry['title']) || name || identifier, name, description: textOf(entry['description']), entry };
}

/** Returns a resource; undefined for what has no URI. */
export function parseResource(raw: unknown): Resource | undefined {
  if (!isJsonObject(raw) || !isText(raw['uri']) || raw['uri'] === '') return undefined;
  const { uri, size } = raw;
  return { ...toNamed(raw, uri), uri, mimeType: textOf(raw['mimeType']), size: typeof size === 'number' && size >= 0 ? size : undefined };
}

/** Returns a template; undefined for what has none. */
export function parseTemplate(raw: unknown): ResourceTemplate | undefined {
  if (!isJsonObject(raw) || !isText(raw['uriTemplate']) || raw['uriTemplate'] === '') return undefined;
  const { uriTemplate } = raw;
  return { ...toNamed(raw, uriTemplate), uriTemplate, mimeType: textOf(raw['mimeType']) };
}

/** Returns a prompt; undefined for what has no name. */
export function parsePrompt(raw: unknown): Prompt | undefined {
  if (!isJsonObject(raw) || !isText(raw['name']) || raw['name'] === '') return undefined;
  const listed = Array.isArray(raw['arguments']) ? raw['arguments'] : [];
  const names = new Set<string>();
  const given = listed.flatMap((argument): PromptArgument[] => {
    if (!isJsonObject(argument) || !isText(argument['name']) || names.has(argument['name'])) return [];
    const { name } = argument;
    names.add(name);
    return [
      { name, title: textOf(argument['title']), description: textOf(argument['description']), isRequired: argument['required'] === true },
    ];
  });
  return { ...toNamed(raw, raw['name']), arguments: given };
}
