/**
 * The servers that agents would start here, each as its entry has it: secrets masked, machine's folders by name, and the
 * package behind it as it is installed. Which entries there are is told by `request.servers`.
 */
import { createHmac } from 'node:crypto';
import { maskCommand, maskUrl } from '../model/maskCommand.ts';
import { portableText } from '../model/portableText.ts';
import { versionTrap } from '../model/versionTrap.ts';
import type { ConfiguredServer } from '../protocol/harness.ts';
import type { Workbench } from '../protocol/workbench.ts';
import { configuredCredentials } from './configuredCredentials.ts';
import type { Files } from './files.ts';
import { placeOf } from './homePath.ts';
import type { CaptureRequest, SeenServer } from './request.ts';
import { serverPackage } from './serverPackage.ts';

export interface ServersPart {
  /** By agent, name and place. */
  readonly servers: readonly ConfiguredServer[];
  /** Beside them, of this machine. */
  readonly started: Workbench['servers'];
  /**
   * Keyed fingerprints of what entries hold and never show: variables, and secrets among the words.
   * Key: `server NAME: VARIABLE` or `server NAME: argument 1`.
   */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** What of it a server is handed, as connections are compared with it. */
  readonly configured: NonNullable<Workbench['configured']>;
  readonly missing: readonly string[];
}

const SERVERS_MAX = 300;
const WORDS_MAX = 200;
const WORD_CHARS = 2000;

export function readServers(request: CaptureRequest, files: Files): ServersPart {
  const seen = request.servers.slice(0, SERVERS_MAX).map(bounded);
  const missing: string[] = [];
  if (request.servers.length > seen.length)
    missing.push(`${request.servers.length} servers are configured; the first ${SERVERS_MAX} were captured`);
  const fingerprints: Record<string, string> = {};
  const read = seen.map((server) => {
    const { package: found, file, missing: lack } = serverPackage(server, request, files);
    if (lack !== null) missing.push(lack);
    const { words, secrets } = maskCommand(server.command);
    addFingerprints(server, secrets, request, fingerprints);
    const portable = (text: string) => portableText(text, request).slice(0, WORD_CHARS);
    const entry: ConfiguredServer = {
      agent: server.agent,
      name: server.name,
      ...placeOf(server.file, request),
      transport: server.transport,
      command: words.map(portable),
      url: server.url === null ? null : portable(maskUrl(server.url)),
      env: Object.keys(server.env).sort(),
      headers: [...server.headers].sort(),
      package: {
        ...found,
        name: found.name === null ? null : portable(found.name),
        requested: found.requested === null ? null : portable(maskUrl(found.requested)),
      },
      version_trap:
        found.name === null || found.ecosystem !== 'npm'
          ? null
          : versionTrap(found.name, found.version, found.requested),
      contract: request.contracts[server.name]?.contract ?? null,
    };
    return { entry, started: { agent: server.agent, name: server.name, wrapped: server.wrapped, file } };
  });
  read.sort((a, b) => order(keyOf(a.entry), keyOf(b.entry)));
  return {
    servers: read.map(({ entry }) => entry),
    started: read.map(({ started }) => started),
    fingerprints,
    configured: configuredOf(seen, request.machineKey),
    missing,
  };
}

function configuredOf(seen: readonly SeenServer[], machineKey: Uint8Array | null): ServersPart['configured'] {
  if (machineKey === null) return [];
  return seen.flatMap((server) => {
    const places = configuredCredentials(server, machineKey);
    return Object.keys(places).length > 0 ? [{ agent: server.agent, name: server.name, places }] : [];
  });
}

/** A config file may be of any size. */
function bounded(server: SeenServer): SeenServer {
  const command = server.command.slice(0, WORDS_MAX).map((word) => word.slice(0, WORD_CHARS * 2));
  return { ...server, command, url: server.url?.slice(0, WORD_CHARS * 2) ?? null };
}

const keyOf = ({ agent, name, place, path }: ConfiguredServer) => [agent, name, place, path].join('\0');
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** As a connection's `open` record takes them: the first 8 hex digits of HMAC-SHA-256. */
function addFingerprints(
  { name, env }: SeenServer,
  secrets: readonly string[],
  request: CaptureRequest,
  into: Record<string, string>,
): void {
  const { machineKey } = request;
  if (machineKey === null) return;
  // A value that names the workspace is the same value in another clone.
  const take = (value: string) =>
    createHmac('sha256', machineKey).update(portableText(value, request)).digest('hex').slice(0, 8);
  for (const [variable, value] of Object.entries(env)) into[`server ${name}: ${variable}`] = take(value);
  secrets.forEach((secret, at) => {
    into[`server ${name}: argument ${at + 1}`] = take(secret);
  });
}
