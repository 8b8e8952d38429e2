/**
 * Whether a call has nothing that any rule could hold against it, so that it need not be judged: it names no path, and no
 * rule is about tools, contracts or freezes. Most calls of most servers are of this kind, and pay for finding that out only.
 */
import type { Asked, PolicyRequest } from './decide.ts';
import type { EffectivePolicy } from './effective.ts';

/** Are there rules that hold for calls whatever they name? Worked out once for a policy. */
export function judgesEveryCall(policy: EffectivePolicy): boolean {
  return policy.mode === 'enforce' || policy.toolsAllow.length > 0 || policy.toolsDeny.length > 0 || policy.pin.on;
}

/** Does a call name nothing? Then nothing but rules that hold for every call can be held against it. */
export function isIdle({ tool, frozen }: PolicyRequest, { paths, cut }: Asked): boolean {
  return tool !== null && frozen.length === 0 && paths.length === 0 && !cut;
}
