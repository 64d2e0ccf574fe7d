/**
 * Owns the shape of what the extension asks of the backend: devices and sessions. Strict: an unknown field is an error. Pure.
 * Apart from the answers (contract.ts), since only the backend parses it: the popup's script holds none of it.
 */
import * as z from 'zod/mini';
import { TransportChoice } from './contract.ts';
import {
  MAX_ACCESS_CODE_LENGTH,
  MAX_HEADER_NAME_LENGTH,
  MAX_HEADER_VALUE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_PAIRING_CODE_LENGTH,
  MAX_URL_LENGTH,
} from './limits.ts';
import { Roots } from './roots.ts';

const Name = z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_NAME_LENGTH));

export const RegisterDevice = z.strictObject({
  name: Name,
  accessCode: z.optional(z.string().check(z.maxLength(MAX_ACCESS_CODE_LENGTH))),
  /** Joins the workspace of the device that shows this code. */
  pairingCode: z.optional(z.string().check(z.maxLength(MAX_PAIRING_CODE_LENGTH))),
});
export type RegisterDevice = z.infer<typeof RegisterDevice>;

/** Headers that go to this server alone (API keys). Write-only: nobody ever gets a value back. */
export const ServerHeaders = z.record(
  z.string().check(z.maxLength(MAX_HEADER_NAME_LENGTH)),
  z.string().check(z.maxLength(MAX_HEADER_VALUE_LENGTH)),
);
export type ServerHeaders = z.infer<typeof ServerHeaders>;

export const CreateSession = z.strictObject({
  url: z.string().check(z.minLength(1), z.maxLength(MAX_URL_LENGTH)),
  transport: z.optional(TransportChoice),
  name: z.optional(Name),
  /** Absent: those that the workspace has kept for this server, if any. */
  headers: z.optional(ServerHeaders),
});
export type CreateSession = z.infer<typeof CreateSession>;

/** `headers` and `roots` replace all of them; what is empty forgets them. */
export const ChangeSession = z.strictObject({ name: z.optional(Name), headers: z.optional(ServerHeaders), roots: z.optional(Roots) });
export type ChangeSession = z.infer<typeof ChangeSession>;
