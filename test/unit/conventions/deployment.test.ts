/** Proves that what is said of the deployment in several files agrees, and that nothing lies at the top that could be served or forgotten. */
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readSettings } from '../../../api/_lib/settings.ts';
import { listProjectFiles, readProjectFile } from './source-files.ts';

const Deployment = z.object({
  outputDirectory: z.string(),
  functions: z.record(z.string(), z.object({ maxDuration: z.number(), supportsCancellation: z.boolean() })),
});
const deployment = Deployment.parse(JSON.parse(readProjectFile('vercel.json')));
const tracked = listProjectFiles();

it('has one function, which is cancelled when its client leaves', () => {
  expect(Object.keys(deployment.functions)).toEqual(['api/index.js']);
  expect(deployment.functions['api/index.js']?.supportsCancellation).toBe(true);
});

it('lets the backend know how long the platform lets it run', () => {
  const { maxDurationMs } = readSettings({ VERCEL: '1' });
  expect(maxDurationMs).toBe((deployment.functions['api/index.js']?.maxDuration ?? 0) * 1000);
});

it('makes no other function: what else lies in api/ begins with an underscore', () => {
  const functions = tracked.filter((path) => path.startsWith('api/') && !path.split('/').some((part) => part.startsWith('_')));
  expect(functions).toEqual(['api/index.js']);
});

it('serves a folder that holds nothing of the source', () => {
  expect(tracked.filter((path) => path.startsWith(`${deployment.outputDirectory}/`))).toEqual([]);
  expect(readProjectFile('api/_local/site.ts')).toContain(`../../${deployment.outputDirectory}'`);
});

it('keeps the top level to what everybody knows', () => {
  const known =
    /^(extension|api|shared|test|package\.json|package-lock\.json|tsconfig\.json|wxt\.config\.ts|vercel\.json|README\.md|biome\.json|knip\.json|\..+)$/;
  const top = [...new Set(tracked.map((path) => path.split('/')[0] ?? ''))];
  expect(top.length).toBeGreaterThan(8);
  expect(top.filter((name) => !known.test(name))).toEqual([]);
});
