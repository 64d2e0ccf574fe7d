// @vitest-environment node
/** Proves the words of the Session room: what a server can do, and the steps of a sign-in with what helps. */
import { describe, expect, it } from 'vitest';
import { capabilityWords } from '../../../../extension/state/capability-words.ts';
import { stepAdvice, stepName } from '../../../../extension/state/sign-in-words.ts';
import { SignInStep } from '../../../../shared/sign-in-contract.ts';

describe('capabilities', () => {
  it('are told in words, in the order of the server', () => {
    expect(capabilityWords({ resources: { subscribe: true, listChanged: true }, tools: {}, logging: {}, completions: {} })).toEqual([
      'Resources, tells when one changes, tells when its list changes',
      'Tools',
      'Log messages',
      'Suggestions while typing arguments',
    ]);
  });

  it('that are not known are told by their own names', () => {
    expect(capabilityWords({ teleport: { far: true, near: false }, experimental: { 'acme/x': {} }, broken: 1, none: null })).toEqual([
      'teleport, far',
      'acme/x',
    ]);
  });
});

describe('every step of a sign-in', () => {
  it.each(SignInStep.shape.step.options)('%s has a name, and says what helps when it fails', (step) => {
    expect(stepName(step)).toMatch(/^[A-Z]/);
    expect(stepAdvice(step)).toMatch(/^[A-Z].*\.$/);
  });
});
