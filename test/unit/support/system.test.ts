/** Proves how the programs of this machine are found. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findProgram } from '../../support/system.ts';

const folder = mkdtempSync(join(tmpdir(), 'mooring-system-'));
const program = (name: string, mode = 0o755): string => {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
};
const redis = program('redis-server');
const firefox = program('firefox');
const notExecutable = program('chromium', 0o644);
const PATH = ['/nowhere', folder].join(delimiter);
afterAll(() => rmSync(folder, { recursive: true }));

it('finds what is on the PATH under one of its names', () => {
  expect(findProgram('redis', { PATH })).toBe(redis);
  expect(findProgram('firefox', { PATH })).toBe(firefox);
});

it('goes by the variable before the PATH, and by it alone', () => {
  expect(findProgram('firefox', { PATH, FIREFOX_BIN: redis })).toBe(redis);
  expect(findProgram('firefox', { PATH, FIREFOX_BIN: '/nowhere/firefox' })).toBeUndefined();
});

it('finds nothing that can not be run', () => {
  expect(findProgram('chromium', { PATH: folder, CHROMIUM_BIN: notExecutable })).toBeUndefined();
});
