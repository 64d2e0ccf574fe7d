/** Owns the badges of a tool: what the server says about it. Hints of a server are claims, and the tooltips say so. */
import type { Tool } from '../../gateway/mcp-connection.ts';
import { isJsonObject } from '../../state/schema-form/json-value.ts';

type Badge = { label: string; explanation: string; tone?: 'warn' };

/** Returns only what the server has said itself, not the defaults of the protocol. Source: MCP 2026-07-28, Tools > ToolAnnotations. */
export function badgesOf(tool: Tool): Badge[] {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ?? {};
  const badges: Badge[] = [];
  if (readOnlyHint === true) badges.push({ label: 'read-only', explanation: 'it changes nothing' });
  if (readOnlyHint !== true && destructiveHint === true)
    badges.push({ label: 'destructive', explanation: 'it may overwrite or remove something', tone: 'warn' });
  if (readOnlyHint !== true && destructiveHint === false) badges.push({ label: 'additive', explanation: 'it only adds' });
  if (idempotentHint === true) badges.push({ label: 'idempotent', explanation: 'running it twice is the same as once' });
  if (openWorldHint === true) badges.push({ label: 'open world', explanation: 'it reaches out to other systems' });
  const execution = tool['execution'];
  if (isJsonObject(execution) && execution['taskSupport'] === 'required')
    badges.push({ label: 'needs tasks', explanation: 'it runs only as a task, which Mooring cannot start', tone: 'warn' });
  return badges;
}

export function ToolBadges({ tool }: { tool: Tool }) {
  const badges = badgesOf(tool);
  if (badges.length === 0) return null;
  return (
    <p class="badges">
      {badges.map(({ label, explanation, tone }) => (
        <span key={label} class={`badge ${tone ?? ''}`} title={`The server says: ${explanation}`}>
          {label}
        </span>
      ))}
    </p>
  );
}

/** Returns the title that a server gives a tool, wherever it puts it; empty when it only repeats the name. */
export function titleOf(tool: Tool): string {
  const title = tool.title ?? tool.annotations?.['title'];
  return typeof title === 'string' && title !== tool.name ? title : '';
}
