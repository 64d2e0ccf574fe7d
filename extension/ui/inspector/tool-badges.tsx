/** Owns the badges of a tool: what the server says about it. Hints of a server are claims, and the tooltips say so. */
import type { Tool } from '../../gateway/mcp-connection.ts';
import { readHeaderParams } from '../../gateway/param-headers.ts';
import { t } from '../../platform/i18n.ts';
import { isJsonObject } from '../../state/schema-form/json-value.ts';
import { spellHidden } from '../kit/visible-text.ts';

type Badge = { label: string; explanation: string; tone?: 'warn' };

/** Returns only what the server has said itself, not the defaults of the protocol. Source: MCP 2026-07-28, Tools > ToolAnnotations. */
export function badgesOf(tool: Tool): Badge[] {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ?? {};
  const badges: Badge[] = [];
  if (readOnlyHint === true) badges.push({ label: t('tools_readOnly'), explanation: t('tools_readOnlyAbout') });
  if (isDestructive(tool)) badges.push({ label: t('tools_destructive'), explanation: t('tools_destructiveAbout'), tone: 'warn' });
  if (readOnlyHint !== true && destructiveHint === false)
    badges.push({ label: t('tools_additive'), explanation: t('tools_additiveAbout') });
  if (idempotentHint === true) badges.push({ label: t('tools_idempotent'), explanation: t('tools_idempotentAbout') });
  if (openWorldHint === true) badges.push({ label: t('tools_openWorld'), explanation: t('tools_openWorldAbout') });
  if (openWorldHint === false) badges.push({ label: t('tools_closedWorld'), explanation: t('tools_closedWorldAbout') });
  const execution = tool['execution'];
  if (isJsonObject(execution) && execution['taskSupport'] === 'required')
    badges.push({ label: t('tools_needsTasks'), explanation: t('tools_needsTasksAbout'), tone: 'warn' });
  const headers = readHeaderParams(tool.inputSchema);
  if (headers.kind === 'invalid')
    badges.push({
      label: t('tools_badHeaders'),
      explanation: t('tools_badHeadersAbout', spellHidden(headers.place.slice(0, 100))),
      tone: 'warn',
    });
  return badges;
}

/** Tells whether the server says that a tool may overwrite or remove something; the protocol's default is no claim of the server's. */
export const isDestructive = ({ annotations }: Tool): boolean =>
  annotations?.['readOnlyHint'] !== true && annotations?.['destructiveHint'] === true;

export function ToolBadges({ tool }: { tool: Tool }) {
  const badges = badgesOf(tool);
  if (badges.length === 0) return null;
  return (
    <p class="badges">
      {badges.map(({ label, explanation, tone }) => (
        <span key={label} class={`badge ${tone ?? ''}`} title={t('tools_serverSays', explanation)}>
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
