/** Proves what every file of the project keeps: a name that tells its content, a size that one reads at once, nothing of a machine. */
import { describe, expect, it } from 'vitest';
import { listProjectFiles, listSourceFiles, readProjectFile } from './source-files.ts';

const MAX_LINES = 250;
/** A file of tests is a list of facts: it grows without getting harder to read. */
const MAX_TEST_LINES = 400;
/** Files that may be longer, each with the reason and the length that it may have. */
const LONGER: Readonly<Record<string, { lines: number; reason: string }>> = {
  'test/support/schema-samples.ts': { lines: 580, reason: 'A table: one entry a schema.' },
  'test/faults/faults.ts': { lines: 280, reason: 'A table: one row a fault.' },
};

const TELLS_NOTHING = /(^|\/)(utils?|helpers?|common|misc|types|constants|index)\.tsx?$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
/** A home or temporary folder, and addresses of package registries other than the public one. */
const OF_A_MACHINE =
  /\/(home|Users)\/[a-z]|\/root\/|(^|[\s'"`(=])\/work\/|\/tmp\/[a-z]|https?:\/\/[^\s"'/]*(registry|artifactory|nexus|verdaccio)[^\s"'/]*/i;
const PUBLIC_REGISTRY = /https:\/\/registry\.npmjs\.org/g;

const maxLines = (path: string): number => (/\.test\.tsx?$/.test(path) ? MAX_TEST_LINES : MAX_LINES);
const countLines = (path: string): number => readProjectFile(path).split('\n').length - 1;

const sources = listSourceFiles();
const isText = (path: string): boolean => !/\.(png|jpe?g|gif|webp|ico|zip|woff2?)$/.test(path);

const namesMachine = (text: string): string | undefined => OF_A_MACHINE.exec(text.replaceAll(PUBLIC_REGISTRY, ''))?.[0];

describe('source files', () => {
  it('are looked at', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources).toContain('test/unit/conventions/files.test.ts');
  });

  it('are named after what they own', () => {
    expect(sources.filter((path) => TELLS_NOTHING.test(path))).toEqual([]);
    // The underscore is Vercel's: what begins with it is no function.
    expect(sources.filter((path) => !path.split('/').every((part) => KEBAB_CASE.test(part.replace(/^_/, ''))))).toEqual([]);
  });

  it(`have at most ${MAX_LINES} lines (tests ${MAX_TEST_LINES}), or a reason`, () => {
    const tooLong = sources.flatMap((path) => {
      const lines = countLines(path);
      return lines <= (LONGER[path]?.lines ?? maxLines(path)) ? [] : [`${path}: ${lines}`];
    });
    expect(tooLong).toEqual([]);
  });

  it('that need no reason any more lose it', () => {
    const short = Object.keys(LONGER).filter((path) => !sources.includes(path) || countLines(path) <= maxLines(path));
    expect(short).toEqual([]);
  });

  it('say at their top what they own', () => {
    const silent = sources.filter((path) => !/^(\/\/|\/\*)/.test(readProjectFile(path).replace(/^#!.*\n/, '')));
    expect(silent).toEqual([]);
  });
});

describe('tracked files', () => {
  it('name no machine and no private registry', () => {
    const files = listProjectFiles().filter((path) => isText(path) && path !== 'test/unit/conventions/files.test.ts');
    expect(files.length).toBeGreaterThan(sources.length);
    const naming = files.flatMap((path) => {
      const found = namesMachine(readProjectFile(path));
      return found === undefined ? [] : [`${path}: ${found}`];
    });
    expect(naming).toEqual([]);
  });

  it.each(['cd /home/someone/x', 'read /work/notes', '"resolved": "https://registry.example.org/x.tgz"', "'/tmp/x'"])(
    'would be caught naming: %s',
    (text) => {
      expect(namesMachine(text)).toBeDefined();
    },
  );

  it('may name the public registry', () => {
    expect(namesMachine('"resolved": "https://registry.npmjs.org/x/-/x-1.0.0.tgz"')).toBeUndefined();
  });
});
