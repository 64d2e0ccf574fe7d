/** Owns the way from a resource that is named anywhere in the panel to the Resources room: a context, so that what is deep inside of a result finds it. */
import { createContext } from 'preact';

/** Undefined where there is no session to read it from. */
export const OpenResource = createContext<((uri: string) => void) | undefined>(undefined);
