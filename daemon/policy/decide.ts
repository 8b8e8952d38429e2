/**
 * The judgement of one request: frozen, contract, tool, then every path. One function for the proxy, `policy check`, drills
 * and tests; it reads the file system through the world that it is handed, changes nothing and does not throw.
 */

import { type ContainerPlaces, onHost } from '../model/containerMounts.ts';
import { type FoundArguments, findArguments, type PathArgument } from '../model/findArguments.ts';
import type { LongTexts } from '../model/longTexts.ts';
import { knownTool, type OperationClass, operationOf, type ServerFacts } from '../model/toolCatalog.ts';
import type { DecisionRecord, DenialReason, Freeze, Once } from '../protocol/policy.ts';
import { canonicalPath } from './canonicalPath.ts';
import type { EffectivePolicy } from './effective.ts';
import { inputSummary } from './inputSummary.ts';
import { type JudgedPath, judgePath } from './judgePath.ts';
import { passedOnce } from './once.ts';
import type { PathFault } from './pathFaults.ts';
import { namesOf, within } from './pathKey.ts';
import { type ContractState, isHeld } from './pinning.ts';
import type { Base } from './readings.ts';
import { remedyFor } from './remedy.ts';
import { toolRefused } from './surface.ts';
import type { World } from './world.ts';

export interface PolicyRequest {
  readonly method: string;
  /** Null for another method than `tools/call`. */
  readonly tool: string | null;
  /** `params.arguments`, parsed; of another method its `params`. */
  readonly arguments: unknown;
  /** What was left out of the arguments when they were read; absent where they are whole. */
  readonly texts?: LongTexts;
  /** As the server listed the tool; null where it did not yet. */
  readonly inputSchema: unknown;
  /** `annotations.readOnlyHint`; null where none was listed. */
  readonly readOnlyHint: boolean | null;
  /** What the tool does, where that was worked out before. */
  readonly operation?: OperationClass;
  readonly server: ServerFacts;
  /** The freezes that hold for this request, the one to be told first. */
  readonly frozen: readonly Freeze[];
  /** What the user allowed once, and that still counts; null for nothing. */
  readonly once: Once | null;
  readonly listed: {
    readonly surface: string | null;
    readonly surface_hidden: number | null;
    /** Null where the server has not listed its tools yet. */
    readonly contract: ContractState | null;
  };
}

/** A DecisionRecord but for what only the proxy knows: which frame it judges, and how long that took. */
export type Decision = Omit<DecisionRecord, 'frame' | 'request_id' | 'took_us'>;

/** As many paths as a record holds. */
const MAX_LISTED = 50;
/** Longer ones are cut on record. */
const PATH_CHARS = 4096;
const FROZEN: Readonly<Record<Freeze['kind'], DenialReason>> = {
  server: 'server_frozen',
  session: 'session_frozen',
  lane: 'lane_frozen',
};

interface Fault {
  readonly reason: DenialReason;
  readonly rule: string;
}

interface JudgedArgument {
  readonly argument: PathArgument;
  readonly judged: JudgedPath;
  /** Null where it may pass. */
  readonly verdict: Verdict | null;
}

/** What a request does, and the paths that it names. */
export interface Asked extends FoundArguments {
  readonly operation: OperationClass;
}

export function askedFor(request: PolicyRequest): Asked {
  const { tool, server } = request;
  const known = tool === null ? null : knownTool(server, tool);
  const operation =
    request.operation ?? known?.operation ?? (tool === null ? ofMethod(request.method) : operationOf(tool));
  if (!hasPaths(request)) return { operation, paths: [], cut: false };
  const { inputSchema, readOnlyHint, texts } = request;
  return { operation, ...findArguments(request.arguments, inputSchema, known, operation, readOnlyHint, texts) };
}

/** @param found as {@link askedFor} tells of the request */
export function decide(
  policy: EffectivePolicy,
  request: PolicyRequest,
  world: World,
  found = askedFor(request),
): Decision {
  const { tool, server } = request;
  const { operation } = found;
  const bases = found.paths.length === 0 ? [] : basesOf(server, policy, world);
  const paths = found.paths.map((argument): JudgedArgument => {
    const judged = judgeArgument(argument, operation, bases, policy, request, world);
    return { argument, judged, verdict: firstFault(judged.faults, policy) };
  });
  const ofCall = firstFault(callFaults(policy, request), policy);
  const ofPaths = weightiest(paths.map(({ verdict }) => verdict));
  const ofSize = found.cut ? firstFault([{ reason: 'invalid_path', rule: 'invalid_path:too_many' }], policy) : null;
  const verdict = weightiest([ofCall, ofPaths, ofSize]);
  const decisive = paths.find((one) => one.verdict !== null && one.verdict === verdict);
  const told = decisive ?? paths[0] ?? null;
  const decision: Decision = {
    method: request.method,
    tool,
    decision: verdict?.decision ?? 'allow',
    mode: verdict?.mode ?? policy.mode,
    reason: verdict?.reason ?? null,
    rule: verdict?.rule ?? null,
    bundle: policy.bundle,
    requested_capability: capabilityOf(request, operation, verdict === null ? told : (decisive ?? null)),
    remedy: verdict === null ? null : remedyFor(verdict.reason),
    input_summary: {
      ...inputSummary(
        told?.judged ?? null,
        world.cwd,
        told === null ? null : (told.judged.root ?? mainRoot(policy, world)),
        operation,
        request.arguments,
        request.texts,
      ),
    },
    paths: listedPaths(paths, (root) => whyRoot(root ?? mainRoot(policy, world), policy)),
    surface: request.listed.surface,
    surface_hidden: request.listed.surface_hidden,
  };
  return (request.once && passedOnce(decision, request, request.once)) ?? decision;
}

/** As many as a record holds, in their order; of more, those that are refused before the others. */
function listedPaths(
  paths: readonly JudgedArgument[],
  whyOf: (root: string | null) => string | null,
): Decision['paths'] {
  const refused = paths.filter(({ verdict }) => verdict !== null);
  const chosen = paths.length <= MAX_LISTED ? paths : [...refused, ...paths.filter(({ verdict }) => verdict === null)];
  return chosen.slice(0, MAX_LISTED).map(({ argument, judged, verdict }) => ({
    argument: argument.argument,
    requested: argument.value.slice(0, PATH_CHARS).toWellFormed(),
    canonical: judged.canonical?.slice(0, PATH_CHARS).toWellFormed() ?? null,
    access: argument.access,
    symlinks: [...judged.symlinks],
    flags: [...judged.flags],
    root_why: whyOf(judged.root),
    reason: verdict?.reason ?? null,
  }));
}

/** What was asked for: a path where one is meant, else the tool. */
function capabilityOf({ tool, method }: PolicyRequest, operation: OperationClass, path: JudgedArgument | null): string {
  const text = path === null ? `${operation}:${tool ?? method}` : `${path.argument.access}:${path.argument.value}`;
  return (text.length > 500 ? `${text.slice(0, 499)}…` : text).toWellFormed();
}

/** What holds against the call itself, whatever its paths. */
function callFaults(policy: EffectivePolicy, { tool, frozen, listed }: PolicyRequest): Fault[] {
  const faults: Fault[] = frozen.map(({ kind, freeze_id }) => ({ reason: FROZEN[kind], rule: `freeze:${freeze_id}` }));
  if (tool === null) return faults;
  if (policy.pin.on && listed.contract !== null && isHeld(listed.contract, tool))
    faults.push({ reason: 'contract_changed', rule: `pin:${policy.pinned?.contract ?? ''}` });
  const refused = toolRefused(policy, tool);
  if (refused !== null) faults.push({ reason: 'tool_not_allowed', rule: refused.rule });
  return faults;
}

interface Verdict extends Fault {
  readonly mode: 'observe' | 'enforce';
  readonly decision: 'would_deny' | 'deny' | 'unknown';
}

/** An enforced refusal counts before an observed one, and that before a doubt; of equals the first. */
function weightiest(verdicts: readonly (Verdict | null)[]): Verdict | null {
  const of = (wanted: Verdict['decision']) => verdicts.find((verdict) => verdict?.decision === wanted);
  return of('deny') ?? of('would_deny') ?? of('unknown') ?? null;
}

/** The first fault whose rule is on. */
function firstFault(faults: readonly Fault[], policy: EffectivePolicy): Verdict | null {
  for (const fault of faults) {
    const { mode } = policy.rules[fault.reason];
    if (mode === 'enforce') return { ...fault, mode, decision: 'deny' };
    if (mode === 'observe')
      return { ...fault, mode, decision: fault.reason === 'unprovable_root' ? 'unknown' : 'would_deny' };
  }
  return null;
}

function judgeArgument(
  argument: PathArgument,
  operation: OperationClass,
  bases: readonly Base[],
  policy: EffectivePolicy,
  { server }: PolicyRequest,
  world: World,
): JudgedPath {
  const { value, access } = argument;
  const unseen = { requested: value, access, canonical: null, root: null, symlinks: [], flags: ['not_local' as const] };
  // What lies on another machine, or in a container's own file system, is nothing that this disk can tell.
  if (server.where === 'elsewhere') return { ...unseen, faults: [] };
  if (server.where === 'container')
    return judgeMounted(argument, server, policy, world) ?? { ...unseen, faults: [CONTAINER_FAULT] };
  if (namesNothing(argument, operation, world))
    return { ...unseen, faults: [{ reason: 'unprovable_root', rule: 'root:no_such_place' }] };
  const isCheckout = /(?:^|_)repo(?:sitory)?(?:_?path)?$/i.test(argument.argument);
  const expandsHome = server.known?.expandsHome ?? null;
  return judgePath({ requested: value, access, bases, expandsHome, isCheckout }, policy.paths, world);
}

const CONTAINER_FAULT: PathFault = { reason: 'unprovable_root', rule: 'root:container' };

/**
 * A path in a container, by the folder of this machine that is mounted there. Null where it lies in none, and where a link
 * leads out of what is mounted: in the container that is another place than here.
 */
function judgeMounted(
  { value, access }: PathArgument,
  { container }: ServerFacts,
  policy: EffectivePolicy,
  world: World,
): JudgedPath | null {
  const found = container && !/^(?:file:|~)/i.test(value) ? onHost(value, container) : null;
  if (!found || !container || climbsBlindly(value, container, world)) return null;
  const question = { requested: found.path, access, bases: [], expandsHome: false, isCheckout: false };
  const judged = judgePath(question, policy.paths, world);
  const mounted = canonicalPath(found.mounted, world).canonical;
  const isThere = judged.canonical !== null && mounted !== null && within(judged.canonical, mounted, world) !== 'out';
  return isThere ? { ...judged, requested: value, flags: [...judged.flags, 'container'] } : null;
}

/** Who climbs more often is not followed: each step is looked at. */
const MAX_CLIMBS = 20;

/** Does `..` stand behind a link, or behind what is not seen from here? Then it leads nobody knows where. */
function climbsBlindly(value: string, container: ContainerPlaces, world: World): boolean {
  const names = value.split('/');
  if (names.filter((name) => name === '..').length > MAX_CLIMBS) return true;
  return names.some((name, at) => {
    const before = name === '..' ? onHost(names.slice(0, at).join('/') || '/', container) : undefined;
    return before === null || (before !== undefined && canonicalPath(before.path, world).symlinks.length > 0);
  });
}

/** A text that only looks like a path, whose first folder is not on this disk: a route, a command, a pointer. */
function namesNothing({ value, by }: PathArgument, operation: OperationClass, world: World): boolean {
  const isDoubtful = by === 'look' || (by === 'name' && NOT_ABOUT_FILES.has(operation));
  if (!isDoubtful || world.paths !== 'posix' || !value.startsWith('/') || value.includes('..')) return false;
  const first = namesOf(value, 'posix')[0];
  return first !== undefined && world.lstat(`/${first}`).kind === 'absent';
}

/** What has arguments called `path` that are no files more often than not. */
const NOT_ABOUT_FILES: ReadonlySet<OperationClass> = new Set(['network', 'message', 'query', 'unknown']);

/** Where relative paths begin. A working directory outside every root is the host's, and says nothing sure. */
function basesOf(server: ServerFacts, policy: EffectivePolicy, world: World): Base[] {
  if (server.known?.relativeTo === 'allowed') {
    const own = policy.roots.filter(({ isServers, from }) => isServers || from === 'given');
    // Told by the client or by hand, where its command line names none.
    const folders = server.folders.length > 0 ? own : policy.roots;
    if (server.folders.length > 0 || folders.length > 0)
      return folders.map(({ path }, at) => ({ path, sure: at === 0 }));
  }
  const { cwd } = world;
  return cwd === null ? [] : [{ path: cwd, sure: policy.roots.some(({ path }) => within(cwd, path, world) !== 'out') }];
}

function whyRoot(root: string | null, { roots }: EffectivePolicy): string | null {
  return roots.find(({ path }) => path === root)?.why ?? null;
}

function mainRoot(policy: EffectivePolicy, world: World): string | null {
  const { cwd } = world;
  const holding = policy.roots.filter(({ path }) => cwd !== null && within(cwd, path, world) !== 'out');
  return (holding.toSorted((a, b) => b.path.length - a.path.length)[0] ?? policy.roots[0])?.path ?? null;
}

function hasPaths({ method, tool }: PolicyRequest): boolean {
  return tool !== null || method.startsWith('resources/') || method.startsWith('prompts/');
}

function ofMethod(method: string): OperationClass {
  if (/^resources\/(?:read|subscribe)$/.test(method) || method === 'prompts/get') return 'read';
  return method.endsWith('/list') ? 'list' : 'unknown';
}
