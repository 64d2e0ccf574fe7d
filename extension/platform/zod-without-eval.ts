/**
 * Tells zod not to compile schemas at run time: the extension's CSP forbids evaluating text, and each try is reported as a violation.
 * zod reads this when a schema is made, so every entrypoint imports this module before anything else.
 */
import { config } from 'zod/mini';

config({ jitless: true });
