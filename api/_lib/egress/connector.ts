/**
 * Owns how a connection to a server is opened: every address is judged before the connection and once more after it.
 * Here, and not before the request, because only here is it certain which address is used: a name may resolve to another
 * one at every look-up. What is allowed is the judge's matter; requests are made in guarded-fetch.ts.
 */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { Verdict } from './address-policy.ts';
import { classifyConnectFailure, EgressError } from './egress-error.ts';

/** Judges one address of a host; `host` is the name or the address that the URL has. */
export type JudgeAddress = (ip: string, port: number, host: string) => Verdict;

/** `dns.lookup` in the form that returns all addresses. */
export type LookupAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export type ConnectorOptions = {
  judge: JudgeAddress;
  lookup: LookupAll;
  timeoutMs: number;
  /** Told of each connection that stands, with the address that it has. */
  connected?: ((host: string, port: number, ip: string) => void) | undefined;
};

/**
 * Returns a connector for undici that connects to judged addresses alone.
 *
 * A name with one forbidden address among others is refused whole: the next connection might take that one.
 *
 * @param timeoutMs For the look-up, TCP and TLS together.
 */
export function openConnector(options: ConnectorOptions): buildConnector.connector {
  const { judge, lookup, timeoutMs, connected } = options;
  // One for each port: the look-up must know the port, and the connector keeps the TLS sessions that are taken up again.
  const connectors = new Map<number, buildConnector.connector>();
  const connectorFor = (port: number): buildConnector.connector => {
    const existing = connectors.get(port);
    if (existing !== undefined) return existing;
    const connector = buildConnector({ timeout: timeoutMs, autoSelectFamily: true, lookup: guardLookup(judge, lookup, port) });
    connectors.set(port, connector);
    return connector;
  };

  return (target, callback) => {
    const host = target.hostname;
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
    // Node asks no look-up for an address, so that it passes the guard there.
    if (isIP(host) !== 0 && judge(host, port, host).kind === 'forbidden') {
      callback(forbiddenAddress(), null);
      return;
    }
    let phase: 'tcp' | 'tls' = 'tcp';
    const opened: unknown = connectorFor(port)(target, (...[error, socket]) => {
      if (error !== null) {
        callback(classifyConnectFailure(error, phase), null);
      } else if (judge(socket.remoteAddress ?? '', port, host).kind === 'forbidden') {
        socket.destroy();
        callback(forbiddenAddress(), null);
      } else {
        connected?.(host, port, socket.remoteAddress ?? '');
        callback(null, socket);
      }
    });
    // The type says nothing is returned; without the socket a TLS failure would count as a refused connection, no more.
    if (opened instanceof Socket) {
      opened.once('connect', () => {
        phase = 'tls';
      });
    }
  };
}

function guardLookup(judge: JudgeAddress, lookup: LookupAll, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) callback(error, []);
      else if (addresses.some(({ address }) => judge(address, port, hostname).kind === 'forbidden')) callback(forbiddenAddress(), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

const forbiddenAddress = (): EgressError => new EgressError('forbidden-address', { sent: false, reason: 'address' });
