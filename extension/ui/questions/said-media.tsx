/**
 * Owns pictures and sound in a question of a server: who answers in a model's place has to see and hear what is asked about. Told by their bytes,
 * as in results; what may not be shown is there as JSON.
 */
import { t } from '../../platform/i18n.ts';
import type { JsonObject } from '../../state/schema-form/json-value.ts';
import { isTooManyPixels } from '../inspector/image-size.ts';
import { base64Bytes, judgeMedia, MAX_MEDIA_LENGTH } from '../inspector/media-bytes.ts';
import { byteWords } from '../inspector/quantities.ts';

/** Returns what draws a block; undefined where it is no picture and no sound that may be shown. */
export function toMedia(block: JsonObject) {
  const { data } = block;
  if (typeof data !== 'string' || data.length > MAX_MEDIA_LENGTH) return undefined;
  const media = judgeMedia(data);
  if (media === undefined || (media.kind === 'image' && isTooManyPixels(data))) return undefined;
  const source = `data:${media.mimeType};base64,${data}`;
  const words = t('result_imageAlt', media.mimeType, byteWords(base64Bytes(data)));
  if (media.kind === 'image') return <img class="said-media" src={source} alt={words} />;
  // biome-ignore lint/a11y/useMediaCaption: the protocol carries no captions
  return <audio class="said-media" controls src={source} aria-label={words} />;
}
