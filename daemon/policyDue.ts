/**
 * What becomes due while sessions run: what a repository's settings asked for and did not get, told to each session that
 * meets it; and the tools with which a pin begins, because nothing was accepted of that server before.
 */
import type { Places } from './base/places.ts';
import type { OwnRecord } from './journal/daemonJournal.ts';
import { effectivePolicy } from './policy/effective.ts';
import type { Widening } from './policy/narrow.ts';
import { realWorld } from './policy/realWorld.ts';
import { givenRoot } from './policy/roots.ts';
import { worldFacts } from './policyFacts.ts';
import type { PolicyFile } from './protocol/policy.ts';
import { readContract } from './store/contractRows.ts';
import type { Database } from './store/database.ts';
import { newestContracts } from './store/listings.ts';
import { sessionsIn, toldOfWidening } from './store/workspaceRoots.ts';
import { wouldBeConnection } from './wouldBeConnection.ts';

const ASKED = 100;

export function createPolicyDue(
  places: Places,
  database: Database,
): (policy: PolicyFile, nowMs: number) => readonly OwnRecord[] {
  const known = new Map<string, { said: string; widenings: readonly Widening[] }>();

  const widenings = (policy: PolicyFile, root: string): readonly Widening[] => {
    const said = JSON.stringify([policy.user, policy.repositories[root]]);
    const before = known.get(root);
    if (before?.said === said) return before.widenings;
    const found = wideningsOf(policy, root, places.policy);
    if (known.size > 1000) known.clear();
    known.set(root, { said, widenings: found });
    return found;
  };

  return (policy, nowMs) => {
    const at = new Date(nowMs).toISOString();
    const records: OwnRecord[] = [];
    for (const root of Object.keys(policy.repositories)) {
      const asked = widenings(policy, root).map(({ what, why, origin }) => {
        const place = origin.file === null ? '' : ` (${origin.file}:${origin.line ?? 1}:${origin.column ?? 1})`;
        return { item: what.slice(0, 500), evidence: `${why} It does not count${place}.`.slice(0, 1000) };
      });
      if (asked.length === 0) continue;
      for (const session_id of sessionsIn(database, root)) {
        const isNew = asked.filter(({ item }) => !toldOfWidening(database, session_id, item));
        if (isNew.length > 0) records.push(['widening', { session_id, at, asked: isNew.slice(0, ASKED) }]);
      }
    }
    return [...records, ...firstPins(policy, at)];
  };

  function firstPins({ user, pinned }: PolicyFile, at: string): OwnRecord[] {
    const parts = Object.values(user.servers ?? {});
    if (user.pin !== true && !parts.some(({ pin }) => pin === true)) return [];
    return newestContracts(database).flatMap(({ server, contract }) => {
      const own = Object.hasOwn(user.servers ?? {}, server) ? user.servers?.[server]?.pin : undefined;
      if ((own ?? user.pin) !== true || pinned.some((one) => one.server === server)) return [];
      const listed = readContract(database, contract);
      return listed ? [['accept', { server, ...listed, by: 'the first list', at }] as const] : [];
    });
  }
}

/** For every server and agent that either file names: a widening may stand in any of its parts. */
function wideningsOf(policy: PolicyFile, root: string, policyFile: string): readonly Widening[] {
  const said = policy.repositories[root]?.settings ?? {};
  const open = wouldBeConnection({ server: null, argv: [], url: null, cwd: root, variables: {} });
  const world = realWorld(worldFacts(open, policyFile));
  const { roots } = givenRoot(root, world);
  const found = new Map<string, Widening>();
  for (const server of [null, ...Object.keys(said.servers ?? {}).slice(0, ASKED)])
    for (const principal of [null, ...Object.keys(said.principals ?? {}).slice(0, ASKED)])
      for (const one of effectivePolicy(policy, { server, principal, roots }, world).widenings)
        if (!found.has(one.what)) found.set(one.what, one);
  return [...found.values()];
}
