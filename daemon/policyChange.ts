/**
 * What to change in the user's settings so that a call like one that was denied is let through, or kept out from now on:
 * always the narrowest rule that does it. What no setting can change is said in one sentence.
 */
import type { JsoncEdit } from './model/editJsonc.ts';
import { nameFits } from './policy/pathPattern.ts';
import type { Denial } from './protocol/denial.ts';
import type { DenialReason, PolicySettings, RuleMode } from './protocol/policy.ts';

export type PolicyChange =
  | { readonly kind: 'edit'; readonly edits: readonly JsoncEdit[]; readonly sentence: string }
  | { readonly kind: 'none'; readonly sentence: string };

/** A denial as far as it matters here. */
export type DeniedCall = Pick<Denial, 'reason' | 'rule' | 'server' | 'tool' | 'paths'>;

type Path = readonly (string | number)[];

const FROZEN: Partial<Record<DenialReason, string>> = {
  server_frozen: 'server',
  session_frozen: 'session',
  lane_frozen: 'lane',
};

/** @param user the settings as they are now */
export function allowChange(denied: DeniedCall, user: PolicySettings): PolicyChange {
  const { reason, rule, server, tool } = denied;
  const frozen = FROZEN[reason];
  if (frozen !== undefined)
    return {
      kind: 'none',
      sentence: `It is frozen (${rule ?? reason}): callgrove thaw ${frozen} lets calls through again.`,
    };
  if (reason === 'contract_changed')
    return {
      kind: 'none',
      sentence: `${server} changed its tools: callgrove policy accept ${server} shows and accepts them.`,
    };
  if (reason === 'policy_unavailable') return { kind: 'none', sentence: 'The policy could not be read then.' };
  if (reason === 'tool_not_allowed') return toolAllowed(denied, tool ?? '', user);
  if (rule?.startsWith('deny:')) return takenOut(user, 'deny', rule.slice('deny:'.length), server);
  const refused = denied.paths.filter((path) => path.reason !== null);
  const places = refused.flatMap(({ canonical, access }) => (canonical === null ? [] : [{ path: canonical, access }]));
  if (places.length === 0 || places.length < refused.length || reason === 'unprovable_root')
    return ruleOff(server, reason);
  return {
    kind: 'edit',
    edits: appended(user, ['servers', server, 'allow'], places),
    sentence: `${server} may ${places.map(({ path, access }) => `${access} ${path}`).join(', ')}`,
  };
}

/** Keeps out for good what a call reached for: its path, or where it named none its tool. */
export function denyChange(
  call: Pick<Denial, 'server' | 'tool'> & { readonly paths: readonly string[] },
  user: PolicySettings,
): PolicyChange {
  const { server, tool, paths } = call;
  if (paths.length > 0)
    return {
      kind: 'edit',
      edits: appended(user, ['servers', server, 'deny'], paths),
      sentence: `${server} may not reach ${paths.join(', ')}`,
    };
  if (tool === null) return { kind: 'none', sentence: 'The call names neither a path nor a tool.' };
  return {
    kind: 'edit',
    edits: appended(user, ['servers', server, 'tools', 'deny'], [tool]),
    sentence: `${server} may not run ${tool}`,
  };
}

export function modeChange(mode: RuleMode, server: string | null, rule: DenialReason | null): PolicyChange {
  if (mode === 'off' && rule === null)
    return { kind: 'none', sentence: 'Only a single rule can be off; the whole policy observes or enforces.' };
  const part: Path = server === null ? ['policy'] : ['policy', 'servers', server];
  const path = rule === null ? [...part, 'mode'] : [...part, 'rules', rule];
  const what = rule === null ? 'policy' : `rule ${rule}`;
  return {
    kind: 'edit',
    edits: [{ path, value: mode }],
    sentence: `the ${what} is set to ${mode}${server === null ? '' : ` for ${server}`}`,
  };
}

function ruleOff(server: string, reason: DenialReason): PolicyChange {
  return {
    kind: 'edit',
    edits: [{ path: ['policy', 'servers', server, 'rules', reason], value: 'off' }],
    sentence: `the rule ${reason} is off for ${server}: no place can be named that would be narrower`,
  };
}

function toolAllowed({ rule, server }: DeniedCall, tool: string, user: PolicySettings): PolicyChange {
  if (rule?.startsWith('tools.deny:')) return takenOut(user, 'tools.deny', rule.slice('tools.deny:'.length), server);
  const edits = partsOf(user, server).flatMap(({ path, part }) => {
    const { allow } = part.tools ?? {};
    if (allow === undefined || allow.some((pattern) => nameFits(pattern.split('*'), tool))) return [];
    return [{ path: ['policy', ...path, 'tools', 'allow', -1], value: tool }];
  });
  if (edits.length === 0)
    return { kind: 'none', sentence: `No list of your settings keeps ${tool} away: a repository's file does.` };
  return { kind: 'edit', edits, sentence: `${server} may run ${tool}` };
}

/** There are no exceptions from a denied pattern: only without it the call goes through. */
function takenOut(user: PolicySettings, list: 'deny' | 'tools.deny', pattern: string, server: string): PolicyChange {
  const edits = partsOf(user, server).flatMap(({ path, part }) => {
    const patterns = (list === 'deny' ? part.deny : part.tools?.deny) ?? [];
    const at = patterns.indexOf(pattern);
    return at < 0 ? [] : [{ path: ['policy', ...path, ...list.split('.'), at], value: undefined }];
  });
  if (edits.length === 0)
    return {
      kind: 'none',
      sentence: `${JSON.stringify(pattern)} is denied by a repository's file, which only its own change lifts.`,
    };
  return { kind: 'edit', edits, sentence: `${JSON.stringify(pattern)} is denied no more` };
}

/** The parts that may speak of a server: general, of every agent, of the server. */
function partsOf(user: PolicySettings, server: string) {
  const agents = Object.entries(user.principals ?? {}).map(([name, part]) => ({ path: ['principals', name], part }));
  const own = user.servers?.[server];
  return [{ path: [] as string[], part: user }, ...agents, ...(own ? [{ path: ['servers', server], part: own }] : [])];
}

function appended(user: PolicySettings, path: Path, values: readonly unknown[]): JsoncEdit[] {
  const whole = ['policy', ...path];
  if (listAt(user, path) === null) return [{ path: whole, value: values }];
  return values.map((value) => ({ path: [...whole, -1], value }));
}

function listAt(user: PolicySettings, path: Path): readonly unknown[] | null {
  let value: unknown = user;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return null;
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  return Array.isArray(value) ? value : null;
}
