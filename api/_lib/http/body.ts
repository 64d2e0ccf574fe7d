/** Owns reading request bodies: media type, size, JSON, schema, in this order. What a body means is the routes' matter. */
import type * as z from 'zod/mini';
import { AppError } from '../../../shared/errors.ts';
import { parseJsonText } from '../../../shared/json-text.ts';
import { MAX_BODY_BYTES } from '../../../shared/limits.ts';

const tooLarge = (): AppError => new AppError('BODY_TOO_LARGE', `A body may have at most ${MAX_BODY_BYTES} bytes.`);

/**
 * Returns the text of a JSON body.
 *
 * Other media types are refused: a web page could send them without asking first (CORS preflight).
 *
 * @throws AppError MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE
 */
export async function readJsonText(request: Request): Promise<string> {
  const mediaType = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new AppError('MEDIA_TYPE_UNSUPPORTED', 'Send the body as `Content-Type: application/json`.');
  const declared = request.headers.get('content-length');
  if (declared !== null) {
    if (Number(declared) > MAX_BODY_BYTES) throw tooLarge();
    return request.text();
  }
  return readBounded(request);
}

async function readBounded(request: Request): Promise<string> {
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Reads a JSON body of a known shape.
 *
 * @throws AppError as `readJsonText`, JSON_MALFORMED, JSON_TOO_DEEP, or BODY_INVALID naming each field that is wrong.
 */
export async function readBody<S extends z.ZodMiniType>(request: Request, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(parseJsonText(await readJsonText(request)));
  if (parsed.success) return parsed.data;
  throw new AppError('BODY_INVALID', parsed.error.issues.slice(0, 10).map(describeIssue).join(' '));
}

/** Says which field is wrong and how, without repeating its value. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.length > 0 ? `\`${issue.path.join('.')}\`` : 'The body';
  if (issue.code === 'unrecognized_keys')
    return `Unknown field: ${issue.keys
      .slice(0, 5)
      .map((key) => `\`${key.slice(0, 60)}\``)
      .join(', ')}.`;
  if (issue.code === 'invalid_value') return `${field} must be one of ${issue.values.map(String).join(', ')}.`;
  if (issue.code === 'invalid_type') return `${field} must be ${issue.expected}.`;
  if (issue.code === 'too_big') return `${field} is too long (at most ${issue.maximum}).`;
  if (issue.code === 'too_small') return `${field} must not be empty.`;
  return `${field} is not valid.`;
}
