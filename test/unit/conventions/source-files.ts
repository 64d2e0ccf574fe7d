/** Owns finding the project's source files and what they import, for the tests of its conventions. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'rolldown/utils';

export const PROJECT_FOLDER = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCE = /^(extension|api|shared|test)\/.*\.tsx?$/;

export type Import = {
  /** As written. */
  specifier: string;
  /** Path from the project's folder; undefined for a package. */
  path: string | undefined;
};

/** Returns the paths of all files that git tracks or would track, from the project's folder. */
export function listProjectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: PROJECT_FOLDER });
  const deleted = execFileSync('git', ['ls-files', '--deleted', '-z'], { cwd: PROJECT_FOLDER });
  const gone = new Set(deleted.toString().split('\0'));
  return listed
    .toString()
    .split('\0')
    .filter((path) => path !== '' && !gone.has(path));
}

export const listSourceFiles = (): string[] => listProjectFiles().filter((path) => SOURCE.test(path));

export const readProjectFile = (path: string): string => readFileSync(join(PROJECT_FOLDER, path), 'utf8');

/** Returns everything that a source file imports or re-exports: values, types, and what it loads lazily. */
export function listImports(path: string, text: string): Import[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} can't be parsed: ${errors.map((error) => error.message).join('; ')}`);
  const specifiers = [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) => found.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map((found) => text.slice(found.moduleRequest.start + 1, found.moduleRequest.end - 1)),
  ];
  return [...new Set(specifiers)].map((specifier) => ({
    specifier,
    path: specifier.startsWith('.') ? join(dirname(path), specifier) : undefined,
  }));
}
