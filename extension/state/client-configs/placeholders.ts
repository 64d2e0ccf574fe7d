/**
 * Owns the places in a config file that somebody has to fill: `${KEY}`, `${KEY:-default}`, `${env:KEY}`, `${input:id}`, `{name}`. Pure.
 * Nothing is read from an environment: a browser has none, and a file from elsewhere must not ask for it.
 *
 * Sources: code.claude.com/docs/en/mcp (environment variable expansion); cursor.com/docs/context/mcp (config interpolation);
 * code.visualstudio.com/docs/copilot/reference/mcp-configuration (input variables); registry server.json, `variables`.
 */
export type Placeholder = {
  /** As it stands in the text. */
  token: string;
  /** What is asked for, in the file's own words. */
  label: string;
  isSecret: boolean;
  initial: string;
};

const IN_DOLLARS = /\$\{(?:(env|input):)?([\w.-]{1,100})(?::-([^}]{0,500}))?\}/g;
/** Names that hardly ever stand for something that everybody may see. */
const SECRET_NAME = /token|key|secret|pass|auth|credential|bearer|cookie/i;

/** Returns the places of a text, each once; what stands for a folder of the editor is none. */
export function findPlaceholders(text: string): Placeholder[] {
  return [...text.matchAll(IN_DOLLARS)].map(([token, , name = '', initial = '']) => ({
    token,
    label: name,
    isSecret: SECRET_NAME.test(name),
    initial,
  }));
}

/** Returns the text with what was typed; a place that nobody filled stays as it is. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  let filled = text;
  for (const [token, value] of values) if (value !== '') filled = filled.replaceAll(token, () => value);
  return filled;
}
