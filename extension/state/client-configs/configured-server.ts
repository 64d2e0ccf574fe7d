/** Owns what a config file can say of one server. Types alone. */
import type { TransportChoice } from '../../../shared/contract.ts';
import type { Placeholder } from './placeholders.ts';

export type ConfigHeader = { name: string; value: string };
export type ConfiguredServer = { name: string } & (
  | { kind: 'remote'; url: string; transport: TransportChoice; headers: ConfigHeader[]; places: Placeholder[] }
  /** Runs as a program beside the client that starts it: no browser can. Of its environment variables the names alone. */
  | { kind: 'local'; command: string[]; variables: string[] }
  | { kind: 'without-address' }
);
