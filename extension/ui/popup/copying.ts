/** Owns copying from the popup: the text goes to the clipboard, and the popup says so, on screen and to screen readers. */

import type { GatewayError } from '../../gateway/gateway-error.ts';
import { copyText, extensionVersion } from '../../platform/browser-shell.ts';
import { t } from '../../platform/i18n.ts';
import { confirmation } from '../../state/popup-foot.ts';
import { announce } from '../kit/announcer.tsx';

export async function copyWithWord(text: string, word: string): Promise<void> {
  await copyText(text);
  confirmation.value = { text: word };
  announce(word);
}

/** Copies what helps to find the cause of a failure. */
export async function copyDetails(error: GatewayError): Promise<void> {
  const { describeFailure } = await import('../../state/words.ts');
  await copyWithWord(describeFailure(error, { extension: extensionVersion(), browser: navigator.userAgent }), t('popup_detailsCopied'));
}
