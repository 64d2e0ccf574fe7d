/** Owns text from outside with what was looked for marked in it. */
import { VisibleText } from '../kit/visible-text-view.tsx';
import { patternOf } from './find-matches.ts';

type Props = {
  text: string;
  word: string;
  /** Offset of the match that the user is at; -1 where it is elsewhere. */
  current?: number;
};

export function MarkedText({ text, word, current = -1 }: Props) {
  const pattern = patternOf(word);
  if (pattern === undefined) return <VisibleText text={text} />;
  const parts: preact.VNode[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > end) parts.push(<VisibleText key={end} text={text.slice(end, index)} />);
    parts.push(
      <mark key={`m${index}`} class={index === current ? 'found current' : 'found'}>
        <VisibleText text={found} />
      </mark>,
    );
    end = index + found.length;
  }
  if (end < text.length) parts.push(<VisibleText key={end} text={text.slice(end)} />);
  return <>{parts}</>;
}
