/**
 * The judge of one connection: keeps the policy that counts for it current, and what the server listed, and asks `decide`.
 * The policy file is looked at before each request; one that cannot be read leaves the last good one in force.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listedTool } from './model/listedTool.ts';
import { NO_LONG_TEXTS } from './model/longTexts.ts';
import { knownTool, type OperationClass, operationOf } from './model/toolCatalog.ts';
import { passOnce } from './passOnce.ts';
import { type Asked, askedFor, type Decision, decide, type PolicyRequest } from './policy/decide.ts';
import { denialAnswer } from './policy/denial.ts';
import { type EffectivePolicy, effectivePolicy } from './policy/effective.ts';
import { contentLength } from './policy/inputSummary.ts';
import { isIdle, judgesEveryCall } from './policy/isIdle.ts';
import { type ContractState, contractState, isHeld } from './policy/pinning.ts';
import { realWorld } from './policy/realWorld.ts';
import { DENIAL_REASONS } from './policy/reasons.ts';
import { rootsOf } from './policy/roots.ts';
import { surfaceOf } from './policy/surface.ts';
import type { World } from './policy/world.ts';
import {
  type ConnectionFacts,
  connectionFacts,
  holdsFor,
  isFrozenBy,
  rootEvidence,
  worldFacts,
} from './policyFacts.ts';
import type { ClientInfo } from './protocol/events.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { DenialReason, Freeze, PolicyFile } from './protocol/policy.ts';
import { FileMark } from './proxy/fileMark.ts';
import type { Judge, Judged } from './proxy/gate.ts';
import { members } from './proxy/gateMessages.ts';
import { isIdleChunk } from './proxy/idleChunk.ts';
import { plainCall } from './proxy/plainCall.ts';
import { toolDigest } from './toolDigest.ts';

export interface JudgeParts {
  readonly policyFile: string;
  readonly open: OpenRecord;
  readonly say: (sentence: string) => void;
}

interface Tool {
  readonly name: string;
  readonly digest: string;
  readonly inputSchema: unknown;
  readonly declaresOutput: boolean;
  readonly readOnlyHint: boolean | null;
  readonly hasFormats: boolean;
}

/** What follows from policy, facts and lists; made anew when one of them changes. */
interface Standing {
  readonly facts: ConnectionFacts;
  readonly policy: EffectivePolicy;
  readonly frozen: readonly Freeze[];
  readonly strict: boolean;
  readonly everyCall: boolean;
  /** A tool's schema says formats: a path may stand under any name. */
  readonly formats: boolean;
  readonly listed: PolicyRequest['listed'];
  readonly hidden: ReadonlySet<string>;
  /** By tool, what was decided of a call that names nothing. */
  readonly idle: Map<string, Decision>;
}

const NO_POLICY: PolicyFile = {
  v: 1,
  user: {},
  origins: {},
  repositories: {},
  freezes: [],
  pinned: [],
  workspaces: [],
};
const MAX_TOOLS = 2000;
/** They do not decide whether something can be refused: a freeze does, or there is nothing to be held. */
const NOT_BY_MODE: ReadonlySet<DenialReason> = new Set([
  'server_frozen',
  'session_frozen',
  'lane_frozen',
  'policy_unavailable',
]);

export function createJudge(parts: JudgeParts): Judge {
  const { open } = parts;
  const world = realWorld(worldFacts(open, parts.policyFile));
  const policyFile = new FileMark(parts.policyFile);
  const onceFolder = join(dirname(parts.policyFile), 'once');
  const tools = new Map<string, Tool>();
  let file = NO_POLICY;
  let client: ClientInfo | null = null;
  let roots: readonly string[] | null = null;
  let hasList = false;
  let standing: Standing | null = null;
  const now = (): Standing => {
    standing ??= standingOf(file, open, client, roots, hasList ? [...tools.values()] : null, world);
    return standing;
  };
  const operations = new Map<string, OperationClass>();
  const operationFor = (tool: string): OperationClass => {
    const known = operations.get(tool);
    if (known !== undefined) return known;
    const found = knownTool(now().facts.serverFacts, tool)?.operation ?? operationOf(tool);
    if (operations.size < MAX_TOOLS) operations.set(tool, found);
    return found;
  };
  const namesNothing = (lines: Uint8Array): boolean => {
    const { facts, formats } = now();
    return !formats && facts.serverFacts.known === null && isIdleChunk(lines);
  };
  /** Without paths one call of a tool is judged as the other, but for how much it writes. */
  const judged = (asked: PolicyRequest, found: Asked): Decision => {
    const { policy, idle } = now();
    if (!isIdle(asked, found)) return decide(policy, asked, world, found);
    const tool = asked.tool ?? '';
    const known = idle.get(tool) ?? decide(policy, asked, world, found);
    if (idle.size < MAX_TOOLS) idle.set(tool, known);
    const content_length = contentLength(asked.arguments, asked.texts ?? NO_LONG_TEXTS);
    return { ...known, input_summary: { ...known.input_summary, content_length } };
  };
  return {
    refresh() {
      if (!policyFile.hasChanged()) return;
      const read = readPolicy(parts.policyFile);
      if (read) {
        file = read;
        standing = null;
      } else parts.say('the policy file cannot be read; what it said last goes on counting');
    },
    get strict() {
      return now().strict;
    },
    get frozen() {
      return now().frozen.length > 0;
    },
    seemsIdle(lines) {
      const { everyCall, strict } = now();
      return !everyCall && !strict && namesNothing(lines);
    },
    idle(line) {
      const { everyCall, frozen, idle } = now();
      if (!everyCall || frozen.length > 0 || idle.size === 0 || !namesNothing(line)) return null;
      const call = plainCall(line);
      const judged = call && idle.get(call.tool);
      return judged && judged.decision !== 'deny' ? { ...call, judged } : null;
    },
    seemsToRead(text) {
      const names = [...text.matchAll(NAMES)];
      return names.length > 0 && names.every(([, name = '']) => reads(operationFor(name), tools.get(name)));
    },
    request(request) {
      const { policy, facts, frozen, listed, everyCall } = now();
      const tool = request.tool === null ? undefined : tools.get(request.tool);
      const asked: PolicyRequest = {
        method: request.method,
        tool: request.tool,
        arguments: request.args,
        texts: request.texts,
        inputSchema: tool?.inputSchema ?? null,
        readOnlyHint: tool?.readOnlyHint ?? null,
        ...(request.tool !== null && { operation: operationFor(request.tool) }),
        server: facts.serverFacts,
        frozen: frozen.filter((freeze) => holdsFor(freeze, facts, request.meta)),
        once: null,
        listed,
      };
      const found = askedFor(asked);
      if (isIdle(asked, found) && !everyCall && !request.isCut) return null;
      const decision = judged(asked, found);
      if (request.isCut) return asCut(decision, policy);
      if (decision.decision !== 'deny') return decision;
      return passOnce(onceFolder, Date.now(), (once) => decide(policy, { ...asked, once }, world, found)) ?? decision;
    },
    answer(judged, id, revision) {
      const tool = judged.tool === null ? undefined : tools.get(judged.tool);
      return denialAnswer(judged, { id, revision, structured: tool !== undefined && !tool.declaresOutput });
    },
    listed(values, isFirst) {
      if (isFirst) tools.clear();
      for (const value of values.slice(0, MAX_TOOLS - tools.size)) addTool(tools, value);
      hasList = true;
      standing = null;
    },
    hidden: () => now().hidden,
    surface: () => now().listed.surface,
    clientRoots(uris) {
      roots = uris;
      standing = null;
    },
    client(name, version) {
      client = { name, version };
      standing = null;
    },
  };
}

/** Whatever is called a name in the line, if it should be the tool's. */
const NAMES = /"name"\s*:\s*"([^"]{0,200})/g;

function reads(operation: OperationClass, tool: Tool | undefined): boolean {
  return /^(?:read|list|search)$/.test(operation) || (operation === 'unknown' && tool?.readOnlyHint === true);
}

function standingOf(
  file: PolicyFile,
  open: OpenRecord,
  client: ClientInfo | null,
  clientRoots: readonly string[] | null,
  tools: readonly Tool[] | null,
  world: World,
): Standing {
  const facts = connectionFacts(open, client);
  const { roots } = rootsOf(rootEvidence(open, facts, clientRoots), world);
  const policy = effectivePolicy(file, { server: facts.server, principal: facts.principal, roots }, world);
  const frozen = file.freezes.filter((freeze) => isFrozenBy(freeze, open, facts));
  const { rules, pin, pinned } = policy;
  const isEnforced = (reason: DenialReason) =>
    rules[reason].mode === 'enforce' && !NOT_BY_MODE.has(reason) && (reason !== 'contract_changed' || pin.on);
  const contract = tools && contractOf(policy, tools);
  const surface = tools && surfaceOf(policy, tools);
  const isHeldBack = ({ name }: Tool) => contract !== null && isHeld(contract, name);
  const held = tools && pin.on && pinned && rules.contract_changed.mode === 'enforce' ? tools.filter(isHeldBack) : [];
  const kept = new Set(surface?.visible.map(({ name }) => name));
  const hidden = [...(tools ?? []).filter(({ name }) => !kept.has(name)), ...held].map(({ name }) => baseName(name));
  return {
    facts,
    policy,
    frozen,
    strict: frozen.length > 0 || DENIAL_REASONS.some(isEnforced),
    everyCall: judgesEveryCall(policy),
    formats: tools?.some(({ hasFormats }) => hasFormats) ?? false,
    listed: {
      surface: surface?.surface ?? null,
      surface_hidden: surface?.hidden.length ?? null,
      contract,
    },
    hidden: new Set(hidden),
    idle: new Map(),
  };
}

/** Where a second tool of a name is new or changed, all of that name are: a call names the tool only. */
function contractOf(policy: EffectivePolicy, tools: readonly Tool[]): ContractState {
  const state = contractState(policy.pinned, Object.fromEntries(tools.map(({ name, digest }) => [name, digest])));
  const doubled = [...state.changed, ...state.added].map(baseName);
  return { ...state, changed: [...new Set([...state.changed, ...doubled])] };
}

/** A name that stands twice in a list is told apart as the contracts on record do. */
const NUMBERED = / \(\d+\)$/;
const baseName = (name: string) => name.replace(NUMBERED, '');

function addTool(tools: Map<string, Tool>, value: unknown): void {
  const listed = listedTool(value);
  const said = members(value);
  if (!listed || !said) return;
  const name = tools.has(listed.name) ? `${listed.name} (${tools.size})` : listed.name;
  const hint = members(said.annotations)?.readOnlyHint;
  tools.set(name, {
    name,
    digest: toolDigest(listed),
    inputSchema: said.inputSchema ?? null,
    declaresOutput: said.outputSchema !== undefined,
    readOnlyHint: typeof hint === 'boolean' ? hint : null,
    hasFormats: listed.canonical.includes('"format"'),
  });
}

/** Of a request that is too long only the beginning was judged: what it allows proves nothing, what it refuses stands. */
function asCut(judged: Judged, { rules }: EffectivePolicy): Judged {
  const { mode } = rules.unprovable_root;
  if (judged.decision === 'deny' || judged.decision === 'would_deny' || mode === 'off') return judged;
  return {
    ...judged,
    decision: mode === 'enforce' ? 'deny' : 'unknown',
    mode,
    reason: 'unprovable_root',
    rule: 'request:too_long',
    remedy: 'Send less than 1 MiB at once: a longer request is judged by its beginning only.',
  };
}

/** Checked by hand: proxies load no schema library, and the daemon checks it whole before it writes. */
function readPolicy(path: string): PolicyFile | null {
  try {
    const file: PolicyFile = JSON.parse(readFileSync(path, 'utf8'));
    const isWhole =
      file.v === 1 &&
      [file.user, file.origins, file.repositories].every((value) => members(value) !== null) &&
      [file.freezes, file.pinned, file.workspaces].every(Array.isArray);
    return isWhole ? file : null;
  } catch {
    return null;
  }
}
