/**
 * Owns what is made of a URI template and its values, as the official client does it. Source: RFC 6570.
 * Import this module with `import()` or from a room that is: the client is most of the panel's code.
 */
import { UriTemplate } from '@modelcontextprotocol/client';

export type TemplateVariable = {
  name: string;
  /** Part of a query: without a value it is left out. A path with a gap is rarely one that a server knows. */
  isOptional: boolean;
  /** Several values, with commas between them. */
  isList: boolean;
};

export type ReadTemplate = { kind: 'template'; variables: TemplateVariable[]; expand: (values: { [name: string]: string }) => string };

/** Reads a template; `unreadable` where nothing can be made of it. */
export function readTemplate(template: string): ReadTemplate | { kind: 'unreadable'; reason: string } {
  try {
    const parsed = new UriTemplate(template);
    const names = new Set(parsed.variableNames);
    const variables = [...names].map((name) => toVariable(template, name));
    return {
      kind: 'template',
      variables,
      expand(values) {
        const given = variables.flatMap(({ name, isList }) => {
          const value = Object.hasOwn(values, name) ? (values[name] ?? '') : '';
          return value === '' ? [] : [[name, isList ? value.split(',') : value] as const];
        });
        return parsed.expand(Object.fromEntries(given));
      },
    };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function toVariable(template: string, name: string): TemplateVariable {
  for (const [, operator = '', names = ''] of template.matchAll(/\{([+#./?&]?)([^}]*)\}/g)) {
    const own = names.split(',').find((part) => part.replace('*', '').trim() === name);
    if (own !== undefined) return { name, isOptional: operator === '?' || operator === '&', isList: own.includes('*') };
  }
  return { name, isOptional: false, isList: false };
}
