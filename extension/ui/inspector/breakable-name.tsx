/** Owns where a name that a program made may break: after its signs and before its capitals, so that the words in it stay whole. */
import { Fragment } from 'preact';
import { VisibleText } from '../kit/visible-text-view.tsx';

/** Characters in which such places are looked for. */
const MAX_NAME = 300;
/** Up to here a name fits the narrowest line; most are as short, and lists draw a thousand of them. */
const FITS = 12;
const BETWEEN_WORDS = /(?<=[_./:-])(?=[^_./:-])|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u;

/** Returns a name in pieces that stay together on a line. Pure. */
export const piecesOf = (name: string): string[] => name.split(BETWEEN_WORDS);

export function BreakableName({ name }: { name: string }) {
  if (name.length <= FITS) return <VisibleText text={name} />;
  return (
    <>
      {piecesOf(name.slice(0, MAX_NAME)).map((piece, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          <VisibleText text={piece} />
        </Fragment>
      ))}
      {name.length > MAX_NAME && <VisibleText text={name.slice(MAX_NAME)} />}
    </>
  );
}
