/** Owns how what a server says that it can do is put into words. Pure. Source: MCP 2025-11-25, Lifecycle > Capability Negotiation. */

const NAMES: Readonly<Record<string, string>> = {
  tools: 'Tools',
  resources: 'Resources',
  prompts: 'Prompts',
  logging: 'Log messages',
  completions: 'Suggestions while typing arguments',
  tasks: 'Tasks that go on by themselves',
};
const DETAILS: Readonly<Record<string, string>> = { listChanged: 'tells when its list changes', subscribe: 'tells when one changes' };

/** Returns a phrase for each capability, in the server's order; one that is not known is told by its own name. */
export function capabilityWords(capabilities: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(capabilities).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    if (name === 'experimental' || name === 'extensions') return Object.keys(value);
    const details = Object.entries(value).flatMap(([detail, isOn]) => (isOn === true ? [DETAILS[detail] ?? detail] : []));
    return [[NAMES[name] ?? name, ...details].join(', ')];
  });
}
