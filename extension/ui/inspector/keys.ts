/** Owns how keys are called on this computer. */
import { t } from '../../platform/i18n.ts';

export const IS_MAC = /Mac/.test(navigator.userAgent);
/** The key that makes a letter a command: ⌘ on macOS, Ctrl elsewhere. */
export const COMMAND_KEY = IS_MAC ? '⌘' : t('kit_keyCtrl');
