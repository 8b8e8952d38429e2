/**
 * The policy that counts for one connection: defaults, the user's settings for all, for the agent and for the server, then
 * what repositories narrow. Every rule keeps its origin; the hash of what it all comes to is the bundle's id.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonicalJson.ts';
import type {
  AllowedPath,
  DenialReason,
  Origin,
  PathLists,
  Pinned,
  PolicyFile,
  PolicyPart,
  PolicySettings,
  RuleMode,
} from '../protocol/policy.ts';
import { narrow, type Widening } from './narrow.ts';
import { type PathRules, pathRules } from './pathRules.ts';
import { byReason, DENIAL_REASONS } from './reasons.ts';
import type { Root } from './roots.ts';
import { mainCheckoutOf } from './worktree.ts';
import type { World } from './world.ts';

export interface EffectiveRule {
  readonly mode: RuleMode;
  readonly origin: Origin;
}

/** A pattern of a list with its origin. */
export interface ListedPattern {
  readonly pattern: string;
  readonly origin: Origin;
}

export interface EffectivePolicy {
  /** `sha256:…` over all that follows except origins and roots. */
  readonly bundle: string;
  /** What rules without a mode of their own follow. */
  readonly mode: 'observe' | 'enforce';
  readonly modeOrigin: Origin;
  readonly rules: Readonly<Record<DenialReason, EffectiveRule>>;
  /** Every list must have the tool; empty where all tools are allowed. */
  readonly toolsAllow: readonly (readonly ListedPattern[])[];
  readonly toolsDeny: readonly ListedPattern[];
  readonly allow: readonly (AllowedPath & { readonly origin: Origin })[];
  readonly deny: readonly ListedPattern[];
  readonly pin: { readonly on: boolean; readonly origin: Origin };
  readonly pinned: Pinned | null;
  readonly lists: Required<PathLists>;
  readonly roots: readonly Root[];
  readonly workspaces: readonly string[];
  /** What a repository's file tried to widen; nothing of it counts. */
  readonly widenings: readonly Widening[];
  readonly paths: PathRules;
}

export interface ConnectionOfPolicy {
  /** The server's name in the agent's config; null where it has none. */
  readonly server: string | null;
  /** `claude-code/2.1` or `claude-code`; null where unknown. */
  readonly principal: string | null;
  readonly roots: readonly Root[];
}

const DEFAULT: Origin = { from: 'default', file: null, line: null, column: null };

/** Modes that `mode` does not change; where it is `enforce`, nothing does. */
const OWN_MODE: Partial<Record<DenialReason, RuleMode>> = {
  // What nobody can prove stops nobody.
  unprovable_root: 'observe',
  // The kill switch is no opinion.
  server_frozen: 'enforce',
  session_frozen: 'enforce',
  lane_frozen: 'enforce',
};

/** A part of the settings with where it stands: `''`, `/principals/claude-code`, `/servers/fs`. */
export interface Layer {
  readonly part: PolicyPart;
  /** Only the general part has lists of places. */
  readonly paths: PathLists;
  readonly pointer: string;
  readonly origins: Readonly<Record<string, Origin>>;
}

export function effectivePolicy(file: PolicyFile, connection: ConnectionOfPolicy, world: World): EffectivePolicy {
  const agent = connection.principal?.split('/')[0] ?? null;
  const user = layersOf(file.user, file.origins, connection.server, agent);
  const start = folded(user);
  const repositories = connection.roots.flatMap((root) => {
    const found = file.repositories[root.path];
    return found === undefined ? [] : [{ root: root.path, ...found }];
  });
  const narrowed = narrow(
    start,
    repositories.flatMap((one) => layersOf(one.settings, one.origins, connection.server, agent)),
  );
  const listLayers = [file.user.paths, ...repositories.map(({ settings }) => settings.paths)];
  const lists = mergedLists(listLayers);
  const { settings } = narrowed;
  const workspaces = file.workspaces;
  const normalised = {
    mode: settings.mode,
    rules: byReason((reason) => settings.rules[reason].mode),
    toolsAllow: settings.toolsAllow.map((list) => list.map(({ pattern }) => pattern)),
    toolsDeny: settings.toolsDeny.map(({ pattern }) => pattern),
    allow: settings.allow.map(({ path, access }) => ({ path, access })),
    deny: settings.deny.map(({ pattern }) => pattern),
    pin: settings.pin.on,
    lists,
  };
  return {
    ...settings,
    bundle: `sha256:${createHash('sha256').update(canonicalJson(normalised)).digest('hex')}`,
    pinned: file.pinned.find(({ server }) => server === connection.server) ?? null,
    lists,
    roots: connection.roots,
    workspaces,
    widenings: narrowed.widenings,
    paths: pathRules(
      {
        roots: connection.roots,
        mains: connection.roots.map(({ path }) => ({ root: path, main: mainCheckoutOf(path, world) })),
        workspaces,
        allow: settings.allow,
        deny: settings.deny.map(({ pattern }) => pattern),
        lists,
      },
      world,
    ),
  };
}

/** What the layers of one file come to. */
export type FoldedSettings = Pick<
  EffectivePolicy,
  'mode' | 'modeOrigin' | 'rules' | 'toolsAllow' | 'toolsDeny' | 'allow' | 'deny' | 'pin'
>;

/** General, for the agent, for the server: the later the closer, and the closer counts. */
export function layersOf(
  settings: PolicySettings,
  origins: Readonly<Record<string, Origin>>,
  server: string | null,
  agent: string | null,
): Layer[] {
  const layers: Layer[] = [{ part: settings, paths: settings.paths ?? {}, pointer: '', origins }];
  const principal = agent === null ? undefined : own(settings.principals, agent);
  if (principal) layers.push({ part: principal, paths: {}, pointer: `/principals/${escaped(agent ?? '')}`, origins });
  const named = server === null ? undefined : own(settings.servers, server);
  if (named) layers.push({ part: named, paths: {}, pointer: `/servers/${escaped(server ?? '')}`, origins });
  return layers;
}

function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Where something stands. Origins are kept by JSON pointer (RFC 6901) into the settings: of it, or of the nearest member
 * around it.
 */
export function originOf(layer: Layer, member: string): Origin {
  for (
    let pointer = `${layer.pointer}/${member}`;
    pointer !== '';
    pointer = pointer.slice(0, pointer.lastIndexOf('/'))
  ) {
    const found = own(layer.origins, pointer);
    if (found) return found;
  }
  return own(layer.origins, '') ?? DEFAULT;
}

function folded(layers: readonly Layer[]): FoldedSettings {
  let mode: EffectivePolicy['mode'] = 'observe';
  let modeOrigin = DEFAULT;
  let pin = { on: false, origin: DEFAULT };
  const rules = byReason((reason): EffectiveRule => ({ mode: OWN_MODE[reason] ?? 'observe', origin: DEFAULT }));
  for (const layer of layers) {
    const { part } = layer;
    if (part.mode !== undefined) {
      mode = part.mode;
      modeOrigin = originOf(layer, 'mode');
      for (const reason of DENIAL_REASONS)
        if (OWN_MODE[reason] === undefined) rules[reason] = { mode, origin: modeOrigin };
    }
    for (const reason of DENIAL_REASONS) {
      const own = part.rules?.[reason];
      if (own !== undefined && OWN_MODE[reason] !== 'enforce')
        rules[reason] = { mode: own, origin: originOf(layer, `rules/${reason}`) };
    }
    if (part.pin !== undefined) pin = { on: part.pin, origin: originOf(layer, 'pin') };
  }
  return { mode, modeOrigin, rules, pin, ...lists(layers) };
}

/** The lists of layers, one after the other. */
export function lists(layers: readonly Layer[]): Pick<FoldedSettings, 'toolsAllow' | 'toolsDeny' | 'allow' | 'deny'> {
  const patterns = (layer: Layer, list: readonly string[] | undefined, member: string) =>
    (list ?? []).map((pattern, at) => ({ pattern, origin: originOf(layer, `${member}/${at}`) }));
  return {
    toolsAllow: layers.flatMap((layer) =>
      layer.part.tools?.allow === undefined ? [] : [patterns(layer, layer.part.tools.allow, 'tools/allow')],
    ),
    toolsDeny: layers.flatMap((layer) => patterns(layer, layer.part.tools?.deny, 'tools/deny')),
    allow: layers.flatMap((layer) =>
      (layer.part.allow ?? []).map((one, at) => ({ ...one, origin: originOf(layer, `allow/${at}`) })),
    ),
    deny: layers.flatMap((layer) => patterns(layer, layer.part.deny, 'deny')),
  };
}

function mergedLists(all: readonly (PathLists | undefined)[]): Required<PathLists> {
  const [user, ...repositories] = all;
  // A pattern with `!` takes something out of a list: that widens, so only the user can.
  const of = (name: keyof PathLists) => [
    ...(user?.[name] ?? []),
    ...repositories.flatMap((one) => (one?.[name] ?? []).filter((pattern) => !pattern.startsWith('!'))),
  ];
  return {
    credential_files: of('credential_files'),
    hidden_config: of('hidden_config'),
    host_mounts: of('host_mounts'),
    sibling_workspaces: of('sibling_workspaces'),
  };
}
