/**
 * What a tool does to the world, as data: the words in which catalog, settings and inference say it. One conduct describes a
 * call that succeeds; what it really did is another matter.
 */
import type { EffectKind, Visibility } from '../protocol/effect.ts';
import type { Call } from '../protocol/record.ts';

export interface Conduct {
  readonly effects: readonly EffectKind[];
  /** The argument that names what it is done to; null where none does. */
  readonly target: string | null;
  /** Would a repetition leave everything as the first call did? Null where that depends. */
  readonly idempotent: boolean | null;
  /** May it be repeated without looking? */
  readonly retry_safe: boolean | null;
  readonly reversibility: Call['reversibility'];
  readonly visibility: Visibility;
  /** With this argument true it changes nothing. */
  readonly dryRun?: string;
}

export const READS: Conduct = {
  effects: [],
  target: null,
  idempotent: true,
  retry_safe: true,
  reversibility: 'no_effect',
  visibility: 'unknown',
};

/** A question to another machine. */
export const ASKS: Conduct = { ...READS, effects: ['api_call'] };

type Repeats = 'same' | 'harmless' | 'doubles' | 'unknown';

/**
 * @param repeats `same`: a repetition changes nothing more; `harmless`: it fails, and does no harm; `doubles`: it does it
 *   once more, or to something that is another by then
 */
export function changes(
  effects: readonly EffectKind[],
  repeats: Repeats,
  reversibility: Conduct['reversibility'],
  target: string | null = null,
  visibility: Visibility = 'durable',
): Conduct {
  const idempotent = repeats === 'unknown' ? null : repeats === 'same';
  const retry_safe = repeats === 'unknown' ? null : repeats !== 'doubles';
  return { effects, target, idempotent, retry_safe, reversibility, visibility };
}
