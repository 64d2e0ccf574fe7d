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
  const described = first['environmentVariables'] ?? first['environment_variables'];
  const variables = Array.isArray(described) ? described.filter(isRecord).flatMap((variable) => textOf(variable['name']) || []) : [];
  return [{ name, kind: 'local', command: commandOf(first, variables), variables }];
}

/** What starts a package of each kind, and how a version is named to it. Source: modelcontextprotocol/registry, docs > package types. */
const RUNNERS: Readonly<Record<string, { words: string[]; versionSign?: string }>> = {
  npm: { words: ['npx', '-y'], versionSign: '@' },
  pypi: { words: ['uvx'], versionSign: '@' },
  oci: { words: ['docker', 'run', '-i', '--rm'] },
  nuget: { words: ['dnx', '--yes'], versionSign: '@' },
};

/** Returns the words that start a package; a place stands for what nobody has filled. */
function commandOf(described: TextRecord, variables: readonly string[]): string[] {
  const type = textOf(described['registryType']) || textOf(described['registry_type']);
  const { words = [], versionSign } = (Object.hasOwn(RUNNERS, type) ? RUNNERS[type] : undefined) ?? {};
  const identifier = textOf(described['identifier']);
  const version = textOf(described['version']);
  const isOpen = versionSign === undefined || version === '' || version === 'latest' || identifier.slice(1).includes(versionSign);
  const runtime = wordsOf(described['runtimeArguments'] ?? described['runtime_arguments']).filter((word) => !words.includes(word));
  const own = wordsOf(described['packageArguments'] ?? described['package_arguments']);
  // A container sees only those variables that it is given.
  const given = type === 'oci' ? variables.flatMap((name) => ['-e', name]) : [];
  return [...words, ...runtime, ...given, isOpen ? identifier : identifier + versionSign + version, ...own].filter(Boolean);
}

function wordsOf(described: unknown): string[] {
  return (Array.isArray(described) ? described.filter(isRecord) : []).flatMap((argument) => {
    const name = textOf(argument['name']);
    const hint = textOf(argument['valueHint']) || textOf(argument['value_hint']);
    const value = textOf(argument['value']) || textOf(argument['default']) || (hint && `<${hint}>`);
    return [textOf(argument['type']) === 'named' ? name : '', value].filter(Boolean);
  });
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
