/** Owns what the tests of a sign-in's steps share: a flow with its steps, as a local or a hosted backend has it. */
import { onTestFinished } from 'vitest';
import type { AddressPolicy } from '../../../api/_lib/egress/address-policy.ts';
import { openEgress } from '../../../api/_lib/egress/egress.ts';
import { openFlow, reaching } from '../../../api/_lib/oauth/flow.ts';
import type { ClientWishes } from '../../../api/_lib/oauth/registration.ts';
import { EXTENSION_ID } from '../../../shared/extension-id.ts';
import type { SignInStep } from '../../../shared/sign-in-contract.ts';
import { REDIRECT_URI } from '../../support/sign-in-browser.ts';

export const wishes: ClientWishes = { redirectUri: REDIRECT_URI, byHand: undefined, documentUrl: undefined, extensionIds: [EXTENSION_ID] };

/** @param policy With it a flow for a server inside a network, as all the servers of these tests are. */
export async function openTestFlow(policy: AddressPolicy = { kind: 'local' }, cancelled?: AbortSignal) {
  const egress = openEgress({ policy });
  onTestFinished(() => egress.close());
  const steps: SignInStep[] = [];
  const flow = await openFlow(egress, async (step) => void steps.push(step), cancelled);
  return { flow: reaching(flow, { isInside: true }), steps };
}
