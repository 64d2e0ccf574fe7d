/** Owns how one line of a JSON tree is drawn. Which lines there are is json-tree.ts. */
import type { VNode } from 'preact';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import { type Token, writeBeginning, writeFlat, writeKey, writeScalar } from './json-tokens.ts';
import { countMembers, type TreeLine } from './json-tree.ts';
import { MarkedText } from './marked-text.tsx';

/** Levels that are still indented: deeper ones stand below each other. */
const MAX_INDENT = 40;

type Props = {
  line: TreeLine;
  index: number;
  domId: string;
  isActive: boolean;
  word: string;
  onToggle: (isOpen: boolean) => void;
  onPick: () => void;
};

export function JsonLine({ line, index, domId, isActive, word, onToggle, onPick }: Props) {
  const indent = { paddingInlineStart: `${1.5 + 1.2 * Math.min(line.depth, MAX_INDENT)}em` };
  if (line.kind === 'end')
    return (
      <div class="json-line" data-index={index} style={indent} aria-hidden="true">
        <span class="json-mark">{line.text}</span>
      </div>
    );
  const isOpen = line.kind === 'piece' ? undefined : line.isOpen;
  const item = {
    role: 'treeitem' as const,
    id: domId,
    'aria-level': line.depth + 1,
    'aria-posinset': line.position,
    'aria-setsize': line.siblings,
    'aria-expanded': isOpen,
    'aria-selected': isActive,
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: an item of the tree, whose keys the tree hears
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div {...item} class={isActive ? 'json-line is-active' : 'json-line'} data-index={index} style={indent} onClick={onPick}>
      {isOpen !== undefined && (
        <span
          class={isOpen ? 'json-fold is-open' : 'json-fold'}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            onToggle(!isOpen);
          }}
        />
      )}
      {drawContent(line, word)}
    </div>
  );
}

function drawContent(line: Exclude<TreeLine, { kind: 'end' }>, word: string): VNode {
  switch (line.kind) {
    case 'range':
      return <span class="json-note">{t('result_range', formatNumber(line.from), formatNumber(line.to - 1))}</span>;
    case 'piece':
      return (
        <span class="json-text json-piece" dir="auto">
          <MarkedText text={line.text} word={word} />
        </span>
      );
    case 'value':
      return (
        <>
          {line.key !== undefined && <Tokens tokens={writeKey(line.key)} word={word} />}
          <Value line={line} word={word} />
        </>
      );
  }
}

function Value({ line: { value, isOpen, isLast }, word }: { line: Extract<TreeLine, { kind: 'value' }>; word: string }) {
  const comma: Token[] = isLast ? [] : [{ kind: 'mark', text: ',' }];
  if (typeof value !== 'object' || value === null) {
    const isCut = typeof value === 'string' && isOpen !== undefined;
    return (
      <>
        {!(isCut && isOpen) && <Tokens tokens={[writeScalar(value)]} word={word} />}
        {isCut && <span class="json-note"> {tCount('result_characters', value.length)} </span>}
        <Tokens tokens={comma} word="" />
      </>
    );
  }
  const [opening, closing] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const flat = isOpen === undefined ? writeFlat(value) : undefined;
  if (flat !== undefined) return <Tokens tokens={[...flat, ...comma]} word={word} />;
  if (isOpen) return <span class="json-mark">{opening}</span>;
  return (
    <>
      <span class="json-mark">{`${opening} `}</span>
      {!Array.isArray(value) && <Tokens tokens={writeBeginning(value)} word={word} />}
      <span class="json-mark">{'… '}</span>
      <Tokens tokens={[{ kind: 'mark', text: closing }, ...comma]} word="" />
      <span class="json-note"> {tCount('result_members', countMembers(value))}</span>
    </>
  );
}

function Tokens({ tokens, word }: { tokens: readonly Token[]; word: string }) {
  return (
    <>
      {tokens.map((token, i) => (
        <span key={i} class={`json-${token.kind}`}>
          {token.kind === 'mark' ? token.text : <MarkedText text={token.text} word={word} />}
        </span>
      ))}
    </>
  );
}
