/**
 * Whether a request is the one that the user allowed once: the same server, tool, paths and access, refused for the same
 * reason. What a freeze stops, or a pin holds, passes in no case. When it counts, and that it does so once, is told elsewhere.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonicalJson.ts';
import { type LongTexts, NO_LONG_TEXTS } from '../model/longTexts.ts';
import { ONCE_RULE } from '../model/onceRule.ts';
import type { DenialReason, Once } from '../protocol/policy.ts';
import type { Decision, PolicyRequest } from './decide.ts';

/** Each has a way of its own out. */
const NOT_ONCE: ReadonlySet<DenialReason> = new Set([
  'server_frozen',
  'session_frozen',
  'lane_frozen',
  'contract_changed',
  'policy_unavailable',
]);

export function canPassOnce(reason: DenialReason): boolean {
  return !NOT_ONCE.has(reason);
}

/** Null where it is not the request that was meant. */
export function passedOnce(
  decision: Decision,
  { server, arguments: args, texts }: Pick<PolicyRequest, 'server' | 'arguments' | 'texts'>,
  once: Once,
): Decision | null {
  const { reason, method, tool, paths } = decision;
  const isMeant =
    decision.decision === 'deny' &&
    reason !== null &&
    canPassOnce(reason) &&
    reason === once.reason &&
    server.name === once.server &&
    method === once.method &&
    tool === once.tool &&
    paths.length === once.paths.length &&
    paths.every(({ canonical, access }, at) => {
      const meant = once.paths[at];
      return canonical !== null && canonical === meant?.canonical && access === meant.access;
    }) &&
    (paths.length > 0 || argumentsDigest(args, texts) === once.arguments);
  return isMeant
    ? { ...decision, decision: 'allow', reason: null, rule: `${ONCE_RULE}${once.once_id}`, remedy: null }
    : null;
}

/** Of what a request names, whatever the order of its members. @param texts what was left out when it was read */
export function argumentsDigest(args: unknown, texts: LongTexts = NO_LONG_TEXTS): string {
  const text = canonicalJson(withTexts(args ?? null, texts, 0));
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** As deep as the canonical form goes. */
const MAX_DEPTH = 200;

function withTexts(value: unknown, texts: LongTexts, depth: number): unknown {
  if (typeof value === 'string') return texts.of(value)?.whole() ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((one) => withTexts(one, texts, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTexts(one, texts, depth + 1)]));
}
