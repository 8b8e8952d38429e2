/** Which of a server's tools a caller may see and call, and the id of what it was shown. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonicalJson.ts';
import type { Origin } from '../protocol/policy.ts';
import type { EffectivePolicy } from './effective.ts';
import { nameFits } from './pathPattern.ts';

/** Names or patterns with `*`. Null where the tool is allowed; else the rule that keeps it away. */
export function toolRefused(
  policy: EffectivePolicy,
  tool: string,
): { readonly rule: string; readonly origin: Origin } | null {
  const denied = policy.toolsDeny.find(({ pattern }) => nameFits(pattern.split('*'), tool));
  if (denied) return { rule: `tools.deny:${denied.pattern}`, origin: denied.origin };
  for (const list of policy.toolsAllow)
    if (!list.some(({ pattern }) => nameFits(pattern.split('*'), tool)))
      return { rule: 'tools.allow', origin: list[0]?.origin ?? policy.modeOrigin };
  return null;
}

export interface Surface<Tool> {
  /** `sha256:…` over the visible tools' contracts, in the order of their names. */
  readonly surface: string;
  readonly visible: readonly Tool[];
  /** Names, in the server's order. */
  readonly hidden: readonly string[];
}

/**
 * What the caller sees of a list. Only an enforced rule hides; with an observed one everything is visible, and `hidden`
 * is what would not be.
 * @param tools with the digest of each one's contract (model/listedTool.ts)
 */
export function surfaceOf<Tool extends { readonly name: string; readonly digest: string }>(
  policy: EffectivePolicy,
  tools: readonly Tool[],
): Surface<Tool> {
  const { mode } = policy.rules.tool_not_allowed;
  const refused = new Set(mode === 'off' ? [] : tools.filter(({ name }) => toolRefused(policy, name) !== null));
  const visible = mode === 'enforce' ? tools.filter((tool) => !refused.has(tool)) : tools;
  return { surface: surfaceId(visible), visible, hidden: [...refused].map(({ name }) => name) };
}

/** The id of a list of tools, whatever its order. */
export function surfaceId(tools: readonly { readonly name: string; readonly digest: string }[]): string {
  const sorted = tools.map(({ name, digest }) => [name, digest]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return `sha256:${createHash('sha256').update(canonicalJson(sorted)).digest('hex')}`;
}
