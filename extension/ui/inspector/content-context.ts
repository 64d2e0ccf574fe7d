/**
 * Owns what content of a server is given by the room around it: where its resources open, and how the user wanted to see it last time.
 * A room that offers neither leaves it out: then nothing opens, and a choice lasts as long as it is on screen.
 */
import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { Look } from '../../state/inspector-room.ts';

export type ContentSurroundings = {
  /** Shows a resource in the Resources room. */
  onOpenResource?: (uri: string) => void;
  /** How a text was looked at last, by its place: the tool, prompt or resource and the position in it. */
  lookOf?: (place: string) => Look | undefined;
  onLook?: (place: string, look: Look) => void;
  /** Whether long lines are broken. */
  isWrapped?: boolean;
  onWrap?: (isWrapped: boolean) => void;
};

export const ContentContext = createContext<ContentSurroundings>({});

/** Returns how the text at a place is looked at, and what changes it. */
export function useLook(place: string | undefined): [Look, (look: Look) => void] {
  const { lookOf, onLook } = useContext(ContentContext);
  const [own, setOwn] = useState<Look>();
  const kept = place === undefined ? undefined : lookOf?.(place);
  const choose = (look: Look) => {
    setOwn(look);
    if (place !== undefined) onLook?.(place, look);
  };
  return [kept ?? own ?? 'plain', choose];
}

/** Returns whether long lines are broken, and what changes it. */
export function useWrap(initial: boolean): [boolean, (isWrapped: boolean) => void] {
  const { isWrapped, onWrap } = useContext(ContentContext);
  const [own, setOwn] = useState<boolean>();
  const choose = (wanted: boolean) => {
    setOwn(wanted);
    onWrap?.(wanted);
  };
  return [own ?? isWrapped ?? initial, choose];
}
