/**
 * Owns how the registry's server.json reads, alone or as the registry's API lists it. Pure.
 *
 * Source: modelcontextprotocol/registry, docs/reference/server-json (schema of 2025-12-11; older ones name the type `transport_type`).
 */
import { isRecord } from '../../platform/stored-repair.ts';
import { textOf } from '../kept-values.ts';
import type { TextRecord } from './config-values.ts';
import type { ConfiguredServer } from './configured-server.ts';
import type { Placeholder } from './placeholders.ts';

/** Returns the servers that it describes; undefined when it is no server.json. */
export function readServerJson(value: TextRecord): ConfiguredServer[] | undefined {
  const server = isRecord(value['server']) ? value['server'] : value;
  const { remotes, packages } = server;
  const isOne = Array.isArray(remotes) || (Array.isArray(packages) && textOf(server['name']) !== '');
  if (!isOne) return undefined;
  const name = textOf(server['title']) || textOf(server['name']);
  const reachable = Array.isArray(remotes) ? remotes.filter(isRecord).flatMap((remote) => readRemote(name, remote)) : [];
  if (reachable.length > 0) return reachable;
  const [first] = Array.isArray(packages) ? packages.filter(isRecord) : [];
  if (first === undefined) return [{ name, kind: 'without-address' }];
  const runner = { npm: 'npx', pypi: 'uvx', oci: 'docker run', nuget: 'dnx' }[
    textOf(first['registryType']) || textOf(first['registry_type'])
  ];
  const command = [...(runner?.split(' ') ?? []), textOf(first['identifier'])].filter(Boolean);
  const described = first['environmentVariables'] ?? first['environment_variables'];
  const variables = Array.isArray(described) ? described.filter(isRecord).flatMap((variable) => textOf(variable['name']) || []) : [];
  return [{ name, kind: 'local', command, variables }];
}

function readRemote(name: string, remote: TextRecord): ConfiguredServer[] {
  const url = textOf(remote['url']);
  if (url === '') return [];
  const type = textOf(remote['type']) || textOf(remote['transport_type']);
  const headers = (Array.isArray(remote['headers']) ? remote['headers'].filter(isRecord) : []).flatMap((header) => {
    const headerName = textOf(header['name']);
    if (headerName === '') return [];
    const value = textOf(header['value']);
    // Without a value the whole of it is asked for.
    const token = value === '' ? `{${headerName}}` : undefined;
    const asked = token === undefined ? [] : [toPlace(token, headerName, header)];
    return [
      {
        header: { name: headerName, value: token ?? value },
        places: [...asked, ...variablesOf(header)],
        isRequired: header['isRequired'] === true,
      },
    ];
  });
  const places = new Map([...variablesOf(remote), ...headers.flatMap((header) => header.places)].map((place) => [place.token, place]));
  return [
    {
      name,
      kind: 'remote',
      url,
      transport: type === 'sse' ? 'sse' : type.startsWith('streamable') ? 'streamable-http' : 'auto',
      headers: headers.map(({ header }) => header),
      places: [...places.values()],
    },
  ];
}

function variablesOf(owner: TextRecord): Placeholder[] {
  const { variables } = owner;
  if (!isRecord(variables)) return [];
  return Object.entries(variables).flatMap(([name, variable]) => (isRecord(variable) ? [toPlace(`{${name}}`, name, variable)] : []));
}

const toPlace = (token: string, name: string, described: TextRecord): Placeholder => ({
  token,
  label: textOf(described['description']) || name,
  isSecret: described['isSecret'] === true,
  initial: textOf(described['default']) || textOf(described['value']).replace(/^\{.*\}$/, ''),
});
