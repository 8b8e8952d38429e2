/**
 * The credential lane of a connection: under which identity its calls run, and what that is told by. The one place that
 * names lanes, for the record, for freezes and for the proxies; never the credential itself, and nothing that was not seen.
 *
 * `github/env:GITHUB_TOKEN#3f9a1c02` a credential that was handed over, by its provider (else its server), its place and
 * its keyed fingerprint; `filesystem_local` a server of this machine that got none; `exa_anonymous` one elsewhere that
 * got none; `aws_auto` one that finds its credentials by itself.
 */
import type { OpenRecord } from '../protocol/journal.ts';
import type { Source } from '../protocol/record.ts';
import { isCredentialVariable } from './credentialNames.ts';
import {
  type CredentialProvider,
  identityVariable,
  providerOfName,
  providerOfUrl,
  providerOfVariable,
} from './credentialProviders.ts';
import { argvCredentials } from './handedCredentials.ts';
import { bridgesOf } from './hops.ts';
import type { ServerFacts } from './toolCatalog.ts';

export interface CredentialLane {
  readonly mode: 'none' | 'byok' | 'managed' | 'auto' | 'unknown';
  /** Null where several credentials may be the one, or where one is needed and none was seen. */
  readonly lane: string | null;
  /** The host that the credential is good for. */
  readonly provider: string | null;
  /** `env:GITHUB_TOKEN`; null where there is no single credential. */
  readonly place: string | null;
  readonly fingerprint: string | null;
  /** What it was told by: env_name, argv_option, header_name, url_query, catalog. */
  readonly source: string | null;
  /** How far mode and lane are to be trusted. */
  readonly trust: Source;
}

export type LaneFacts = Pick<OpenRecord, 'transport' | 'url' | 'headers' | 'argv' | 'environment' | 'credentials'>;

/** Variables of the host and of its runner, which are not for the server. */
const OF_THE_HOST = /^(?:VSCODE|CURSOR|CODEX|CLAUDE_CODE|COPILOT|ACTIONS|RUNNER|CI_JOB|SSH|CALLGROVE|npm)_/;
/** A session of the transport is no identity. */
const NO_IDENTITY = new Set(['mcp-session-id', 'cookie']);
const BEST_HEADERS = ['authorization', 'x-api-key', 'api-key'];

/** Signs that a platform issued the credential for this run. */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  github: ['GITHUB_ACTIONS'],
  gitlab: ['CI_JOB_TOKEN'],
  aws: [
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_LAMBDA_FUNCTION_NAME',
  ],
  azure: ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'AZURE_FEDERATED_TOKEN_FILE'],
  google: ['K_SERVICE', 'CLOUD_RUN_JOB'],
};
const SIGNS = new Set(Object.values(MANAGED).flat());
/** Their libraries look for credentials in files and metadata services when no variable holds one. */
const FINDS_ITSELF = new Set(['aws', 'azure', 'google']);

/** @param server as lists call it */
export function credentialLane(open: LaneFacts, server: string, facts: ServerFacts): CredentialLane {
  return open.transport === 'http' ? overHttp(open, server) : overStdio(open, server, facts);
}

function overHttp(open: LaneFacts, server: string): CredentialLane {
  const url = open.url ?? '';
  const owner = providerOfUrl(url) ?? providerOfName(server);
  const headers = Object.entries(open.headers ?? {}).filter(
    ([name, fingerprint]) => fingerprint !== null && !NO_IDENTITY.has(name),
  );
  const best =
    BEST_HEADERS.find((name) => headers.some(([one]) => one === name)) ?? headers.map(([name]) => name).sort()[0];
  if (best !== undefined) return held(owner, server, `header:${best}`, open, 'observed');
  const query = placesIn(open, 'url:')[0];
  if (query !== undefined) return held(owner, server, query, open, 'observed');
  const isHere = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?:[:/]|$)/i.test(url);
  return none(`${server}_${isHere ? 'local' : 'anonymous'}`, 'observed');
}

function overStdio(open: LaneFacts, server: string, facts: ServerFacts): CredentialLane {
  const owner = ownerOf(open, server, facts);
  const handed = argvCredentials(open.argv)[0];
  if (handed) {
    const variable = /^env:(.*)$/s.exec(handed.place)?.[1];
    return held((variable && providerOfVariable(variable)) || owner, server, handed.place, open, 'observed');
  }
  // A catalogued server of this machine that is no provider's client needs none: what it inherited is not its own.
  if (facts.known && !owner) return none(`${server}_local`, 'catalog');
  const names = Object.keys(open.environment);
  const managed = (one: CredentialProvider) => MANAGED[one.id]?.some((sign) => names.includes(sign)) === true;
  const found = variableOf(names, owner, server);
  if (found.kind === 'one') {
    const { name } = found;
    const whose = providerOfVariable(name) ?? owner;
    const lane = held(whose, server, `env:${name}`, open, owner && facts.known ? 'catalog' : 'inferred');
    return whose && managed(whose) ? { ...lane, mode: 'managed' } : lane;
  }
  if (owner && managed(owner)) return byItself(owner, 'managed');
  if (owner && FINDS_ITSELF.has(owner.id)) return byItself(owner, 'auto');
  const bridge = bridgesOf(open.argv).find(({ signsIn }) => signsIn);
  if (bridge) return { ...byItself(owner, 'auto'), lane: `${owner?.id ?? server}_auto` };
  if (found.kind === 'several' || owner) return { ...UNKNOWN, provider: owner?.host ?? null };
  return none(`${server}_local`, 'inferred');
}

const UNKNOWN: CredentialLane = {
  mode: 'unknown',
  lane: null,
  provider: null,
  place: null,
  fingerprint: null,
  source: null,
  trust: 'inferred',
};

function none(lane: string, trust: Source): CredentialLane {
  return { ...UNKNOWN, mode: 'none', lane, source: trust === 'catalog' ? 'catalog' : null, trust };
}

function byItself(owner: CredentialProvider | null, mode: 'managed' | 'auto'): CredentialLane {
  const lane = owner === null ? null : `${owner.id}_${mode}`;
  return { ...UNKNOWN, mode, lane, provider: owner?.host ?? null, source: 'catalog' };
}

const SOURCES: Readonly<Record<string, string>> = {
  env: 'env_name',
  argv: 'argv_option',
  header: 'header_name',
  url: 'url_query',
};

function held(
  owner: CredentialProvider | null,
  server: string,
  place: string,
  open: LaneFacts,
  trust: Source,
): CredentialLane {
  const fingerprint = fingerprintAt(open, place);
  return {
    mode: 'byok',
    lane: `${owner?.id ?? server}/${place}${fingerprint === null ? '' : `#${fingerprint}`}`,
    provider: owner?.host ?? null,
    place,
    fingerprint,
    source: SOURCES[place.slice(0, place.indexOf(':'))] ?? null,
    trust,
  };
}

function fingerprintAt(open: LaneFacts, place: string): string | null {
  const [, kind = '', name = ''] = /^(\w+):(.*)$/s.exec(place) ?? [];
  const own = open.credentials?.[place]?.fingerprint;
  if (own) return own;
  if (kind === 'env') return ownValue(open.environment, name);
  return kind === 'header' ? ownValue(open.headers ?? {}, name) : null;
}

function ownValue(table: Readonly<Record<string, string | null>>, name: string): string | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

function placesIn(open: LaneFacts, prefix: string): string[] {
  return Object.keys(open.credentials ?? {})
    .filter((place) => place.startsWith(prefix))
    .sort();
}

/** Whose client the server is: by the catalog, by an address of its command line, by its package or its name. */
function ownerOf(open: LaneFacts, server: string, { known }: ServerFacts): CredentialProvider | null {
  if (known) return known.local ? null : providerOfName(known.id);
  const address = open.argv.find((word) => /^https?:\/\//i.test(word));
  const byAddress = address === undefined ? null : providerOfUrl(address);
  return byAddress ?? providerOfName(server) ?? open.argv.slice(0, 20).map(packageOwner).find(Boolean) ?? null;
}

/** Of a word that names a package or an image: an option or a path of the user's says nothing of the server. */
function packageOwner(word: string): CredentialProvider | null {
  return /^(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)?(?:[@:][\w.^~-]+)?$/.test(word) && /mcp|server/i.test(word)
    ? providerOfName(word)
    : null;
}

type FoundVariable = { readonly kind: 'one'; readonly name: string } | { readonly kind: 'none' | 'several' };

/** The variable that the server's credential stands in. An agent's own are inherited by every server it starts. */
function variableOf(names: readonly string[], owner: CredentialProvider | null, server: string): FoundVariable {
  const all = names.filter((name) => !OF_THE_HOST.test(name) && !SIGNS.has(name) && !/_FILE$/.test(name));
  const credentials = all.filter((name) => isCredentialVariable(name) || providerOfVariable(name) !== null);
  if (owner) {
    const name = identityVariable(
      owner,
      credentials.filter((one) => providerOfVariable(one) === owner),
    );
    if (name !== null) return { kind: 'one', name };
  }
  const words = server.toUpperCase().split(/[^A-Z\d]+/);
  const related = credentials.filter((name) =>
    words.some((word) => word.length >= 3 && name.toUpperCase().split('_').includes(word)),
  );
  const rest = credentials.filter((name) => providerOfVariable(name) === null);
  for (const list of [related, rest, credentials]) {
    const [name, more] = list;
    if (name !== undefined && more === undefined) return { kind: 'one', name };
    if (more !== undefined) return { kind: 'several' };
  }
  return { kind: 'none' };
}

/**
 * Does a freeze's target name this lane? A credential is the same wherever it is handed over, so its fingerprint decides;
 * lanes without one are compared by name.
 */
export function isLane(target: string, lane: CredentialLane): boolean {
  const fingerprint = /#([0-9a-f]{4,64})$/.exec(target)?.[1];
  return fingerprint === undefined ? target === lane.lane : fingerprint === lane.fingerprint;
}

/** `ENV_NAME#fingerprint` and `header:name#fingerprint`: whatever holds it, whether or not it is its credential. */
export function isPlainLane(target: string): boolean {
  return /^(?:header:)?[^#/]*#/.test(target);
}
