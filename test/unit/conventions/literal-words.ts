/**
 * Owns finding words that stand in the code instead of in `_locales`: what is drawn, what names a control, what is announced, and
 * everything that reads like a sentence. Pure: source text in, the literals out.
 */
import { parseSync } from 'rolldown/utils';

type Node = { type: string; [key: string]: unknown };

/** Attributes and members whose text is read by people, on screen or aloud. */
const READ = new Set(
  'label title alt placeholder hint note name text detail meaning reason sentence explanation summary aria-label aria-description aria-roledescription aria-valuetext'.split(
    ' ',
  ),
);
/** Members called so are more often a code than words: what reads like a sentence is found all the same. */
const READ_AS_ATTRIBUTE_ONLY = new Set(['name', 'text', 'detail']);
/** Attributes whose text is for the browser: several words there are no sentence. */
const FOR_THE_BROWSER = new Set([
  'class',
  'd',
  'viewBox',
  'points',
  'style',
  'rel',
  'media',
  'aria-keyshortcuts',
  'aria-describedby',
  'sandbox',
  'allow',
]);
const SAYS = new Set(['announce', 'copyWithWord']);
/** Calls whose text no user reads: selectors, and what a server is told. */
const UNREAD = new Set(['querySelector', 'querySelectorAll', 'closest', 'matches', 'abort']);
/** Names, values and examples, which are the same in every language. */
const NAMES =
  /https?:\/\/\S+|XXXX XXXX|npm start|Mooring|MCP|Streamable HTTP|HTTP|SSE|JSON|outputSchema|mcpServers|_meta|Claude \w+|VS Code|docker run|curl -N|-H|Accept:|[\w./]+\.json|application\/json|text\/event-stream|\b(null|true|false)\b/g;

const LETTERS = /\p{L}{2}/u;
const SENTENCE = /\p{L}{2,}[,;:.]? \p{L}{2,}/u;

/** Returns the literal words of a source file, each with its line. */
export function findLiteralWords(path: string, source: string): string[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} can't be parsed: ${errors.map((error) => error.message).join('; ')}`);
  const found = new Map<number, string>();
  const keep = (node: Node, text: string) => found.set(node['start'] as number, text.trim());
  const judge = (node: unknown, pattern: RegExp): void => {
    for (const { node: literal, text } of literalsOf(node)) if (pattern.test(text.replaceAll(NAMES, ''))) keep(literal, text);
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const child of node) visit(child);
    if (!isNode(node)) return;
    if (isForNobody(node)) return;
    // Code is the same everywhere, and so are the names of icons.
    if (node.type === 'JSXElement' && ['code', 'Icon'].includes(nameOf((node['openingElement'] as Node)['name']))) return;
    if (node.type === 'JSXText') judge(node, LETTERS);
    else if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      for (const child of node['children'] as Node[]) if (child.type === 'JSXExpressionContainer') judge(child['expression'], LETTERS);
    } else if (node.type === 'JSXAttribute' && READ.has(nameOf(node['name']))) judge(node['value'], LETTERS);
    else if (node.type === 'Property' && READ.has(nameOf(node['key'])) && !READ_AS_ATTRIBUTE_ONLY.has(nameOf(node['key'])))
      judge(node['value'], LETTERS);
    else if (node.type === 'CallExpression' && SAYS.has(calledBy(node))) judge(node['arguments'], LETTERS);
    else if (node.type === 'Literal' || node.type === 'TemplateLiteral') judge(node, SENTENCE);
    // What a value is called is no text, whatever it is called.
    for (const [member, child] of Object.entries(node)) if (node.type !== 'Property' || member !== 'key' || node['computed']) visit(child);
  };
  visit(program);
  return [...found].toSorted(([a], [b]) => a - b).map(([start, text]) => `${source.slice(0, start).split('\n').length}: ${text}`);
}

/** Returns the literals that an expression may give as they are: not what it only compares or passes on. */
function literalsOf(value: unknown): { node: Node; text: string }[] {
  if (Array.isArray(value)) return value.flatMap(literalsOf);
  if (!isNode(value)) return [];
  switch (value.type) {
    case 'Literal':
    case 'JSXText':
      return typeof value['value'] === 'string' ? [{ node: value, text: value['value'] }] : [];
    case 'TemplateLiteral': {
      const text = (value['quasis'] as { value: { cooked: string } }[]).map((quasi) => quasi.value.cooked).join(' … ');
      return [{ node: value, text }, ...literalsOf(value['expressions'])];
    }
    case 'JSXExpressionContainer':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return literalsOf(value['expression']);
    case 'ConditionalExpression':
      return [...literalsOf(value['consequent']), ...literalsOf(value['alternate'])];
    case 'LogicalExpression':
      return [...literalsOf(value['left']), ...literalsOf(value['right'])];
    case 'ArrayExpression':
      return literalsOf(value['elements']);
    case 'BinaryExpression':
      return value['operator'] === '+' ? [...literalsOf(value['left']), ...literalsOf(value['right'])] : [];
    default:
      return [];
  }
}

function isForNobody(node: Node): boolean {
  if (/^(Import|Export(Named|All))Declaration$/.test(node.type)) return node['declaration'] === null || node['declaration'] === undefined;
  if (node.type === 'JSXAttribute') return FOR_THE_BROWSER.has(nameOf(node['name']));
  // Errors of the program itself are for those who write it.
  if (node.type === 'NewExpression' && /^(Error|PatternUnsupported)$/.test(nameOf(node['callee']))) return true;
  return node.type === 'CallExpression' && (UNREAD.has(calledBy(node)) || (isNode(node['callee']) && node['callee'].type === 'Super'));
}

function calledBy({ callee }: Node): string {
  if (!isNode(callee)) return '';
  return nameOf(callee.type === 'MemberExpression' ? callee['property'] : callee);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'JSXNamespacedName') return `${nameOf(value['namespace'])}:${nameOf(value['name'])}`;
  return String(value['name'] ?? value['value'] ?? '');
}
