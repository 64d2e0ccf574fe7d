/** Owns the roots of a session while a user edits them: rows as typed, which of them can't be used, and saving. */
import { parseRootUri, type Root } from '../../shared/roots.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { saveRoots as save } from '../gateway/questions.ts';
import type { RootRow } from './kept-values.ts';

export type RootProblem = Extract<ReturnType<typeof parseRootUri>, { kind: 'invalid' }>['problem'];

export const toRows = (roots: readonly Root[]): RootRow[] => roots.map(({ uri, name = '' }) => ({ uri, name }));

/** Returns what is wrong with a row; an empty one is left out, and nothing is. Pure. */
export function rootProblem({ uri }: RootRow): RootProblem | undefined {
  const verdict = uri.trim() === '' ? undefined : parseRootUri(uri);
  return verdict?.kind === 'invalid' ? verdict.problem : undefined;
}

/** Returns the roots that rows stand for, each address once. Pure. */
export function toRoots(rows: readonly RootRow[]): Root[] {
  const roots = new Map<string, Root>();
  for (const { uri, name } of rows) {
    const verdict = parseRootUri(uri);
    if (verdict.kind === 'ok') roots.set(verdict.uri, { uri: verdict.uri, ...(name.trim() !== '' && { name: name.trim().slice(0, 120) }) });
  }
  return [...roots.values()];
}

export type Saved = { kind: 'saved'; roots: Root[] } | { kind: 'failed'; error: GatewayError };

/** Saves the roots; the backend tells the server. Never throws. */
export async function saveRoots(sessionId: string, rows: readonly RootRow[]): Promise<Saved> {
  try {
    return { kind: 'saved', roots: await save(sessionId, toRoots(rows)) };
  } catch (thrown) {
    return { kind: 'failed', error: asGatewayError(thrown) };
  }
}
