/**
 * What a repository's file does to the user's policy: it narrows. Whatever in it would widen is left out and named, because
 * what arrives with a checkout is guidance and never authority.
 */
import type { Origin, PathLists, RuleMode } from '../protocol/policy.ts';
import { type FoldedSettings, type Layer, lists, originOf } from './effective.ts';
import { DENIAL_REASONS } from './reasons.ts';

/** Something that a repository's file asked for and did not get. */
export interface Widening {
  /** JSON pointer into its settings. */
  readonly what: string;
  /** One sentence. */
  readonly why: string;
  readonly origin: Origin;
}

export interface Narrowed {
  readonly settings: FoldedSettings;
  readonly widenings: readonly Widening[];
}

const STRICTNESS: Readonly<Record<RuleMode, number>> = { off: 0, observe: 1, enforce: 2 };

export function narrow(user: FoldedSettings, layers: readonly Layer[]): Narrowed {
  const widenings: Widening[] = [];
  const rules = { ...user.rules };
  let { mode, modeOrigin, pin } = user;
  for (const layer of layers) {
    const refuse = (member: string, why: string) =>
      widenings.push({ what: `${layer.pointer}/${member}`, why, origin: originOf(layer, member) });
    const { part } = layer;
    if (part.mode === 'enforce') {
      if (mode !== 'enforce') modeOrigin = originOf(layer, 'mode');
      mode = 'enforce';
      for (const reason of DENIAL_REASONS)
        if (reason !== 'unprovable_root' && STRICTNESS[rules[reason].mode] < STRICTNESS.enforce)
          rules[reason] = { mode: 'enforce', origin: originOf(layer, 'mode') };
    } else if (part.mode === 'observe' && mode === 'enforce')
      refuse('mode', 'It would only observe what you have enforced.');
    for (const reason of DENIAL_REASONS) {
      const wanted = part.rules?.[reason];
      if (wanted === undefined || wanted === rules[reason].mode) continue;
      if (STRICTNESS[wanted] > STRICTNESS[rules[reason].mode])
        rules[reason] = { mode: wanted, origin: originOf(layer, `rules/${reason}`) };
      else refuse(`rules/${reason}`, `It would set ${reason} from ${rules[reason].mode} to ${wanted}.`);
    }
    if (part.pin === true && !pin.on) pin = { on: true, origin: originOf(layer, 'pin') };
    if (part.pin === false && pin.on) refuse('pin', "It would let the server's tools change unseen.");
    for (const [at, { path, access }] of (part.allow ?? []).entries())
      refuse(`allow/${at}`, `It would allow to ${access} ${path}.`);
    const listed = Object.entries({ deny: part.deny, ...prefixed(layer.paths) });
    for (const [member, patterns] of listed)
      for (const [at, pattern] of (patterns ?? []).entries())
        if (pattern.startsWith('!')) refuse(`${member}/${at}`, `It would take ${pattern.slice(1)} out of a list.`);
  }
  const own = lists(layers);
  const settings: FoldedSettings = {
    mode,
    modeOrigin,
    rules,
    pin,
    toolsAllow: [...user.toolsAllow, ...own.toolsAllow],
    toolsDeny: [...user.toolsDeny, ...own.toolsDeny],
    allow: user.allow,
    // `!` in a list of denied places would take something out of it.
    deny: [...user.deny, ...own.deny.filter(({ pattern }) => !pattern.startsWith('!'))],
  };
  return { settings, widenings };
}

function prefixed(paths: PathLists): Record<string, readonly string[] | undefined> {
  return Object.fromEntries(Object.entries(paths).map(([name, patterns]) => [`paths/${name}`, patterns]));
}
