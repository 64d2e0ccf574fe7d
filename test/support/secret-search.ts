/**
 * Owns the places where secrets are looked for at the end of a file's tests, and the search. Fixtures name the places as they make them
 * (`searchLater`); what may be where is secrets.ts. Nothing is searched unless the setup of the tests asked for it (setup-secrets.ts).
 */
import { formsOf } from './canaries.ts';
import { learnedSecrets, MAY_BE_IN, MIN_SECRET_LENGTH, type PlaceKind, type Secrets } from './secrets.ts';

export type Place = {
  readonly kind: PlaceKind;
  /** As the end of "found in …". */
  readonly name: string;
  /** Everything that is or ever was there, as one text. */
  read(): string | Promise<string>;
};

const places: Place[] = [];
let watching = false;

/** Has fixtures look at what passes by: the tests of this file are searched. */
export function watchSecrets(): void {
  watching = true;
}

export const isWatching = (): boolean => watching;

export function searchLater(place: Place): void {
  if (watching) places.push(place);
}

export const searchedPlaces = (): readonly Place[] => places;

/**
 * Looks for secrets where they must not be.
 *
 * @returns One line a finding; of a secret its kind and its beginning.
 */
export async function findSecrets(secrets: Secrets = learnedSecrets(), where: readonly Place[] = places): Promise<string[]> {
  const findings = new Set<string>();
  // All is read before anything is searched: some secrets are told only now.
  const texts = await Promise.all(where.map(async (place) => ({ place, text: await place.read() })));
  for (const { place, text } of texts) {
    const forbidden = [...secrets].filter(([, kind]) => !(MAY_BE_IN[kind] as readonly PlaceKind[]).includes(place.kind));
    for (const secret of searchText(text, new Set(forbidden.map(([value]) => value))))
      findings.add(`${secrets.get(secret)} ${secret.slice(0, 30)} in ${place.name}`);
  }
  return [...findings];
}

/** Finds all secrets in one walk over the text: by the first characters of their forms, so that many cost no more than one. */
function searchText(text: string, secrets: ReadonlySet<string>): Set<string> {
  const byStart = new Map<string, { form: string; secret: string }[]>();
  for (const secret of secrets)
    for (const form of formsOf(secret)) {
      const start = form.slice(0, MIN_SECRET_LENGTH);
      byStart.set(start, [...(byStart.get(start) ?? []), { form, secret }]);
    }
  const found = new Set<string>();
  for (let at = 0; at + MIN_SECRET_LENGTH <= text.length; at++)
    for (const { form, secret } of byStart.get(text.slice(at, at + MIN_SECRET_LENGTH)) ?? [])
      if (text.startsWith(form, at)) found.add(secret);
  return found;
}
