/**
 * What the gate would judge here and now, for `policy show` and `policy check`: the same facts, the same policy and the
 * same decision as a proxy's, of a connection that is not there.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY_SETTINGS } from './base/places.ts';
import { createFiles } from './harness/files.ts';
import { type Decision, decide } from './policy/decide.ts';
import { type EffectivePolicy, effectivePolicy } from './policy/effective.ts';
import { realWorld } from './policy/realWorld.ts';
import { byReason } from './policy/reasons.ts';
import { givenRoot, rootsOf } from './policy/roots.ts';
import type { World } from './policy/world.ts';
import { type ConnectionFacts, connectionFacts, isFrozenBy, rootEvidence, worldFacts } from './policyFacts.ts';
import { levelOf } from './policyLevel.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { PolicyFile } from './protocol/policy.ts';
import { plainVariables } from './proxy/openFacts.ts';
import { seenServers } from './seenServers.ts';
import { wouldBeConnection } from './wouldBeConnection.ts';

export interface WouldBePlace {
  readonly policy: PolicyFile;
  /** `control/policy.json` of the state folder. */
  readonly policyFile: string;
  /** As lists and settings call it; null for none. */
  readonly server: string | null;
  readonly agent: string | null;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute; null where it has to be proven. */
  readonly root: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface WouldBeStanding {
  readonly open: OpenRecord;
  readonly facts: ConnectionFacts;
  readonly world: World;
  readonly refusedRoots: readonly { readonly path: string; readonly why: string }[];
  readonly policy: EffectivePolicy;
  /** The agents' files that declare the server; empty where none does, and then its command line is not known. */
  readonly declaredIn: readonly string[];
  /** Sentences about the repository's own file. */
  readonly problems: readonly string[];
}

const ROOT_VARIABLES = ['CLAUDE_PROJECT_DIR', 'WORKSPACE_FOLDER_PATHS', 'PROJECT_DIR'];

export function standingHere(place: WouldBePlace): WouldBeStanding {
  const { server, cwd, env, agent } = place;
  const around = { cwd, root: cwd, home: homedir(), platform: process.platform, env: plainVariables(env) };
  const declared = server === null ? [] : seenServers(around, null).servers.filter(({ name }) => name === server);
  const variables = ROOT_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const open = wouldBeConnection({
    server,
    argv: declared[0]?.command ?? [],
    url: declared[0]?.url ?? null,
    cwd: declared[0]?.cwd ?? cwd,
    variables: Object.fromEntries(variables),
  });
  const world = realWorld({ ...worldFacts(open, place.policyFile), cwd: declared[0]?.cwd ?? cwd });
  const facts = connectionFacts(open, null);
  const evidence = { ...rootEvidence(open, facts, null), agentCwd: cwd };
  const found = place.root === null ? rootsOf(evidence, world) : givenRoot(place.root, world);
  const { policy, problems } = withRepositories(
    place.policy,
    found.roots.map(({ path }) => path),
  );
  return {
    open,
    facts,
    world,
    refusedRoots: found.refused,
    policy: effectivePolicy(policy, { server, principal: agent, roots: found.roots }, world),
    declaredIn: declared.map(({ file }) => file),
    problems,
  };
}

/** A repository where nothing ran yet is none that the daemon knows. */
function withRepositories(policy: PolicyFile, roots: readonly string[]): { policy: PolicyFile; problems: string[] } {
  const problems: string[] = [];
  const files = createFiles();
  const repositories = { ...policy.repositories };
  for (const root of roots) {
    const path = join(root, REPOSITORY_SETTINGS);
    if (Object.hasOwn(repositories, root) || !existsSync(path)) continue;
    const level = levelOf(files, path, root, 'repository', problems);
    if (level) repositories[root] = level;
  }
  return { policy: { ...policy, repositories }, problems };
}

export interface WouldBeCall {
  readonly tool: string;
  readonly arguments: unknown;
}

/** As `enforce` would decide: what a rule only observes is refused here. What can't be proven stays unknown. */
export function decideHere(standing: WouldBeStanding, freezes: PolicyFile['freezes'], call: WouldBeCall): Decision {
  const { open, facts, world, policy } = standing;
  const { rules } = policy;
  const enforced = byReason((reason) =>
    rules[reason].mode === 'observe' && reason !== 'unprovable_root'
      ? { ...rules[reason], mode: 'enforce' as const }
      : rules[reason],
  );
  return decide(
    { ...policy, rules: enforced },
    {
      method: 'tools/call',
      tool: call.tool,
      arguments: call.arguments,
      inputSchema: null,
      readOnlyHint: null,
      server: facts.serverFacts,
      frozen: freezes.filter((freeze) => isFrozenBy(freeze, open, facts)),
      once: null,
      listed: { surface: null, surface_hidden: null, contract: null },
    },
    world,
  );
}
