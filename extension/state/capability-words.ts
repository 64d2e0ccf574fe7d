/** Owns how what a server says that it can do is put into words. Pure. Source: MCP 2025-11-25, Lifecycle > Capability Negotiation. */
import { t } from '../platform/i18n.ts';

const NAMES = ['tools', 'resources', 'prompts', 'logging', 'completions', 'tasks'] as const;
const DETAILS = ['listChanged', 'subscribe'] as const;

/** Returns a phrase for each capability, in the server's order; one that is not known is told by its own name. */
export function capabilityWords(capabilities: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(capabilities).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    if (name === 'experimental' || name === 'extensions') return Object.keys(value);
    const details = Object.entries(value).flatMap(([detail, isOn]) => (isOn === true ? [detailWords(detail)] : []));
    return [[nameWords(name), ...details].join(', ')];
  });
}

function nameWords(name: string): string {
  const known = NAMES.find((other) => other === name);
  return known === undefined ? name : t(`session_capability_${known}`);
}

function detailWords(detail: string): string {
  const known = DETAILS.find((other) => other === detail);
  return known === undefined ? detail : t(`session_detail_${known}`);
}
