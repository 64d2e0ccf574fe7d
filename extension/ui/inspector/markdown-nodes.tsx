/**
 * Owns how each piece of Markdown is drawn. Only what stands here is ever made: markup that a text holds is shown as the text that it is.
 * Source: CommonMark 0.31, GitHub Flavored Markdown 0.29, the mdast tree.
 */
import type { fromMarkdown } from 'mdast-util-from-markdown';
import type { ComponentChildren, VNode } from 'preact';
import { t } from '../../platform/i18n.ts';
import { describeLink } from '../../state/link-facts.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { CopyButton } from './payload-buttons.tsx';
import { WebLink } from './web-link.tsx';

/** Quotes and lists inside each other that are drawn as such: a server could nest thousands. */
const MAX_DEPTH = 24;
/** The tool's name is a heading of the second level: what comes of it stands below. */
const HEADING_OFFSET = 2;

export type Root = ReturnType<typeof fromMarkdown>;
type RootContent = Root['children'][number];
type Of<Type extends string> = Extract<RootContent, { type: Type }>;
type Definition = Of<'definition'>;
type List = Of<'list'>;
type Table = Of<'table'>;
type Nodes = Root | RootContent;

type Definitions = ReadonlyMap<string, Definition>;
type Draw = {
  definitions: Definitions;
  depth: number;
  /** Inside of a link: nothing in it is one of its own. */
  isLinked?: boolean;
};

export function drawMarkdown(root: Root): VNode {
  const definitions = new Map<string, Definition>();
  // As the specification has it, the first definition of a name counts. Those in quotes and lists are left out.
  for (const child of root.children)
    if (child.type === 'definition' && !definitions.has(child.identifier)) definitions.set(child.identifier, child);
  return <>{drawAll(root.children, { definitions, depth: 0 })}</>;
}

const drawAll = (nodes: readonly RootContent[], draw: Draw): ComponentChildren =>
  nodes.map((node, i) => <Piece key={i} node={node} draw={{ ...draw, depth: draw.depth + 1 }} />);

function Piece({ node, draw }: { node: RootContent; draw: Draw }) {
  if (draw.depth > MAX_DEPTH) return <VisibleText text={textOf(node)} />;
  switch (node.type) {
    case 'text':
      return <VisibleText text={node.value} />;
    // No <p>: the question about a link stands inside of it.
    case 'paragraph':
      return <div class="md-block">{drawAll(node.children, draw)}</div>;
    case 'heading': {
      const Heading = `h${Math.min(6, node.depth + HEADING_OFFSET)}` as 'h3';
      return <Heading class={`md-block md-h${node.depth}`}>{drawAll(node.children, draw)}</Heading>;
    }
    case 'emphasis':
      return <em>{drawAll(node.children, draw)}</em>;
    case 'strong':
      return <strong>{drawAll(node.children, draw)}</strong>;
    case 'delete':
      return <del>{drawAll(node.children, draw)}</del>;
    case 'inlineCode':
      return (
        <code class="md-code">
          <VisibleText text={node.value} />
        </code>
      );
    case 'break':
      return <br />;
    case 'thematicBreak':
      return <hr class="md-rule" />;
    case 'blockquote':
      return <blockquote class="md-quote">{drawAll(node.children, draw)}</blockquote>;
    case 'code':
      return <CodeBlock language={node.lang ?? ''} text={node.value} />;
    case 'html':
      return (
        <code class="md-code md-html">
          <VisibleText text={node.value} />
        </code>
      );
    case 'list':
      return <Items list={node} draw={draw} />;
    case 'table':
      return <Grid table={node} draw={draw} />;
    case 'link':
      return <Link uri={node.url}>{drawAll(node.children, { ...draw, isLinked: true })}</Link>;
    case 'image':
      return <Picture uri={node.url} alt={node.alt ?? ''} isLinked={draw.isLinked === true} />;
    case 'linkReference': {
      const found = draw.definitions.get(node.identifier);
      const inside = drawAll(node.children, { ...draw, isLinked: found !== undefined });
      return found === undefined ? <>[{inside}]</> : <Link uri={found.url}>{inside}</Link>;
    }
    case 'imageReference':
      return <Picture uri={draw.definitions.get(node.identifier)?.url ?? ''} alt={node.alt ?? ''} isLinked={draw.isLinked === true} />;
    case 'footnoteReference':
      return (
        <sup>
          <VisibleText text={`[${node.label ?? node.identifier}]`} />
        </sup>
      );
    case 'footnoteDefinition':
      return (
        <div class="md-block md-note">
          <VisibleText text={`[${node.label ?? node.identifier}] `} />
          {drawAll(node.children, draw)}
        </div>
      );
    case 'definition':
      return null;
    default:
      return <VisibleText text={textOf(node)} />;
  }
}

/** A link is asked about where it leads to a web page; anywhere else it is its text and its address. */
function Link({ uri, children }: { uri: string; children: ComponentChildren }) {
  if (describeLink(uri) !== undefined) return <WebLink uri={uri}>{children}</WebLink>;
  return (
    <>
      {children} (<VisibleText text={uri} />)
    </>
  );
}

/** Pictures are not loaded: asking for one would tell its server who reads this. */
function Picture({ uri, alt, isLinked }: { uri: string; alt: string; isLinked: boolean }) {
  const name = t('result_picture', alt || uri);
  return isLinked || describeLink(uri) === undefined ? (
    <VisibleText text={name} />
  ) : (
    <WebLink uri={uri}>
      <VisibleText text={name} />
    </WebLink>
  );
}

function CodeBlock({ language, text }: { language: string; text: string }) {
  return (
    <div class="md-block md-fence">
      <div class="md-fence-head">
        <span class="quiet">
          <VisibleText text={language} />
        </span>
        <CopyButton text={() => text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      <section class="md-fence-text" tabIndex={0} aria-label={t('result_code')}>
        <pre dir="auto">
          <VisibleText text={text} />
        </pre>
      </section>
    </div>
  );
}

function Items({ list, draw }: { list: List; draw: Draw }) {
  const items = list.children.map((item, i) => (
    <li key={i}>
      {typeof item.checked === 'boolean' && <span class="md-check">{item.checked ? '☑' : '☐'} </span>}
      {drawAll(item.children, draw)}
    </li>
  ));
  return list.ordered ? (
    <ol class="md-block md-list" start={list.start ?? 1}>
      {items}
    </ol>
  ) : (
    <ul class="md-block md-list">{items}</ul>
  );
}

function Grid({ table: { children, align }, draw }: { table: Table; draw: Draw }) {
  const [head, ...rows] = children;
  const side = (column: number) => align?.[column] ?? null;
  const cell = (column: number) => ({ class: side(column) === null ? undefined : `md-${side(column)}` });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard
    <section class="md-block md-table" tabIndex={0} aria-label={t('result_table')}>
      <table>
        <thead>
          <tr>
            {head?.children.map(({ children: inside }, i) => (
              <th key={i} scope="col" {...cell(i)}>
                {drawAll(inside, draw)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.children.map(({ children: inside }, j) => (
                <td key={j} {...cell(j)}>
                  {drawAll(inside, draw)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Returns the text inside of a piece, however deep it is. Iterative: it is called for what is nested too deeply. */
function textOf(node: Nodes): string {
  const parts: string[] = [];
  const open: Nodes[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ('value' in next) parts.push(next.value);
    if ('alt' in next && typeof next.alt === 'string') parts.push(next.alt);
    if ('children' in next) open.push(...(next.children as Nodes[]).toReversed());
  }
  return parts.join(' ');
}
