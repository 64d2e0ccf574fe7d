/** Owns how a message reads to a person: what it asks for or says, as a few named texts. Its JSON is shown beside it. Pure and bounded. */
import { t, tCount } from '../platform/i18n.ts';
import { asRecord, type MessageRow } from './inspector-activity.ts';

/** One thing that a message says; the text may be of several lines. */
export type Statement = { name: string; text: string };

const MAX_STATEMENTS = 40;
const MAX_TEXT = 2000;

/** Returns what a message says, in its order; empty where there is nothing, or where its payload was not kept. */
export function toStatements({ kind, entry, method }: MessageRow): Statement[] {
  const message = asRecord(entry.message);
  if (message === undefined) return [];
  const error = asRecord(message['error']);
  if (error) return members({ code: error['code'], message: error['message'], data: error['data'] });
  const result = asRecord(message['result']);
  if (kind === 'answer') return result === undefined ? [] : resultStatements(result);
  const params = asRecord(message['params']);
  if (params === undefined) return [];
  const { _meta, ...own } = params;
  const given = method === 'tools/call' || method === 'prompts/get' ? asRecord(own['arguments']) : undefined;
  return members(given ?? own);
}

function resultStatements({ _meta, content, isError: _told, ...rest }: Record<string, unknown>): Statement[] {
  const blocks = Array.isArray(content) ? content.map(toBlockStatement) : content === undefined ? [] : members({ content });
  return [...blocks, ...members(rest)].slice(0, MAX_STATEMENTS);
}

/** Source: MCP 2025-11-25, Schema > ContentBlock. */
function toBlockStatement(block: unknown): Statement {
  const { type, text, mimeType, uri, resource, name } = asRecord(block) ?? {};
  if (type === 'text') return { name: t('activity_text'), text: shorten(String(text)) };
  const { uri: embedded, mimeType: ofEmbedded } = asRecord(resource) ?? {};
  const facts = [name, uri ?? embedded, mimeType ?? ofEmbedded].filter((fact) => typeof fact === 'string');
  return { name: typeof type === 'string' ? shorten(type) : t('activity_content'), text: shorten(facts.join(', ')) };
}

const members = (record: Record<string, unknown>): Statement[] =>
  Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .slice(0, MAX_STATEMENTS)
    .map(([name, value]) => ({ name: shorten(name), text: toText(value) }));

function toText(value: unknown): string {
  if (typeof value === 'string') return shorten(value);
  if (Array.isArray(value)) return value.length > 0 && value.every(isScalar) ? shorten(value.join(', ')) : toCount(value);
  if (typeof value === 'object' && value !== null) return shorten(JSON.stringify(value));
  return String(value);
}

/** A list of things is told by their number and their names. */
function toCount(list: readonly unknown[]): string {
  const names = list.slice(0, MAX_STATEMENTS).flatMap((item) => {
    const { name, uri, uriTemplate } = asRecord(item) ?? {};
    const known = name ?? uri ?? uriTemplate;
    return typeof known === 'string' ? [known] : [];
  });
  const count = tCount('activity_items', list.length);
  return shorten(names.length === 0 ? count : `${count}: ${names.join(', ')}${list.length > names.length ? ' …' : ''}`);
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;
const shorten = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
