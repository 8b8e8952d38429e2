/**
 * What a call did, whether it may be repeated and whether it can be undone. What was seen on disk counts before everything
 * that anybody says; what a failed call did is known only where somebody looked.
 */

import { jsonMember } from '../model/jsonMember.ts';
import type { Effect, EffectKind } from '../protocol/effect.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { Call, Source } from '../protocol/record.ts';
import type { CallFacts } from './callFacts.ts';
import { conductOf, type KnownConduct } from './conductOf.ts';
import { type FileChange, type FileChanges, fileChanges } from './fileChanges.ts';
import { unchangedSuccess } from './unchangedSuccess.ts';

const ON_DISK: ReadonlySet<EffectKind> = new Set([
  'file_created',
  'file_modified',
  'file_deleted',
  'file_moved',
  'directory_created',
  'directory_deleted',
]);
/** Effects of one call that are listed. */
const EFFECTS = 50;

export function classifyEffects(facts: CallFacts, before: CallEvidence): CallEvidence {
  if (facts.event !== 'tool_call' || facts.tool === null) return {};
  if (facts.outcome === 'denied') return NOTHING_DONE;
  const conduct = conductOf(facts, before.input_summary?.operation_class ?? 'unknown');
  const seen = fileChanges(facts.files, facts.started_at);
  // Who says that it wrote may still be writing: that nothing is there is seen, and proves nothing.
  const isOpen = unchangedSuccess(facts, conduct, seen) !== null;
  const found = effectsOf(facts, conduct, seen, isOpen);
  const undone = reversibilityOf(conduct, seen, found, isOpen);
  const retry = retryOf(facts, conduct, seen);
  const effects = found?.effects ?? null;
  return {
    effects,
    side_effects: effects && [...new Set(effects.map(({ kind }) => kind))],
    side_effect_class: classOf(effects, facts),
    idempotent: conduct.idempotent,
    retry_safe: retry.value,
    reversibility: undone.value,
    sources: {
      ...(conduct.sources.idempotent && { idempotent: conduct.sources.idempotent }),
      ...(retry.source && { retry_safe: retry.source }),
      ...(undone.source && { reversibility: undone.source }),
      ...(found && { side_effects: found.source }),
    },
  };
}

/** The server never saw it. */
const NOTHING_DONE: CallEvidence = {
  effects: [],
  side_effects: [],
  side_effect_class: 'none',
  idempotent: true,
  retry_safe: true,
  reversibility: 'no_effect',
  sources: {
    idempotent: 'observed',
    retry_safe: 'observed',
    reversibility: 'observed',
    side_effects: 'observed',
  },
};

/** Null where nothing is known of it. */
function effectsOf(
  facts: CallFacts,
  conduct: KnownConduct,
  seen: FileChanges,
  isOpen: boolean,
): { effects: Effect[]; source: Source } | null {
  const onDisk = seen.changes.map((change) => effectOf(change, conduct));
  const isProven = onDisk.every(({ evidence }) => evidence === 'verified');
  const ownSource: Source = isProven && !isOpen ? 'verified' : 'observed';
  const said = conduct.sources.effects;
  if (facts.outcome !== 'success') {
    if (onDisk.length > 0) return { effects: onDisk, source: ownSource };
    // Of a tool that touches nothing but files it is known that nothing happened where they were looked at.
    if (seen.proves && said !== undefined && conduct.effects.every((kind) => ON_DISK.has(kind)))
      return { effects: [], source: 'verified' };
    if (said === undefined || conduct.effects.length > 0) return null;
    return { effects: [], source: said };
  }
  if (said === undefined) return onDisk.length > 0 ? { effects: onDisk, source: ownSource } : null;
  const evidence = said === 'inferred' ? 'inferred' : 'declared';
  const target = targetOf(facts, conduct);
  const isSeen = seen.proves || onDisk.length > 0;
  const others = conduct.effects
    // What was looked at needs no guess.
    .filter((kind) => !(isSeen && (ON_DISK.has(kind) || kind === 'unknown_change')))
    .map((kind): Effect => {
      const isFile = ON_DISK.has(kind);
      const note = isFile && seen.why !== null ? seen.why : null;
      return { kind, target, evidence, bytes: null, visibility: conduct.visibility, note };
    });
  // Of a tool that nobody knows a guess says no more than that it may have done anything.
  const effects = [...onDisk, ...others].slice(0, EFFECTS);
  if (effects.length === 1 && effects[0]?.kind === 'unknown_change' && evidence === 'inferred' && onDisk.length === 0)
    return null;
  return { effects, source: isSeen && others.length === 0 ? ownSource : said };
}

function effectOf({ kind, path, evidence, bytes, note, access }: FileChange, conduct: KnownConduct): Effect {
  const aside = access === 'read' ? 'it was named to be read' : null;
  const notes = [aside, note].filter((part) => part !== null);
  return {
    kind,
    target: path,
    evidence,
    bytes,
    // A file stays unless somebody says otherwise.
    visibility: conduct.visibility === 'session_local' ? 'session_local' : 'durable',
    note: notes.length > 0 ? notes.join('; ') : null,
  };
}

/** What it was done to, as far as the arguments say it. */
function targetOf({ args, decision }: CallFacts, { target }: KnownConduct): string | null {
  if (target === null) return null;
  const judged = decision?.paths.find(({ argument }) => argument === target);
  if (judged?.canonical) return judged.canonical;
  const said = jsonMember(args, target);
  if (typeof said !== 'string') return null;
  const text = said.slice(0, 1000);
  // What stands behind a question mark may be anything.
  return /^https?:/i.test(text) ? text.replace(/[?#].*$/s, '') : text;
}

const GRAVER: readonly Call['reversibility'][] = ['no_effect', 'reversible', 'unknown', 'permanent'];

function reversibilityOf(
  conduct: KnownConduct,
  seen: FileChanges,
  found: { effects: readonly Effect[] } | null,
  isOpen: boolean,
): { value: Call['reversibility']; source: Source | undefined } {
  const { reversibility: value, sources } = conduct;
  const said = { value, source: sources.reversibility };
  if (sources.reversibility === 'user') return said;
  const onlyFiles = found?.effects.every(({ kind }) => ON_DISK.has(kind) || kind === 'unknown_change');
  if (seen.proves && !isOpen && seen.changes.length === 0 && found?.effects.length === 0)
    return { value: 'no_effect', source: 'verified' };
  if (seen.changes.length === 0 || !onlyFiles) return said;
  const each = seen.changes.map(({ restorable }): Call['reversibility'] =>
    restorable === null ? 'unknown' : restorable ? 'reversible' : 'permanent',
  );
  const gravest = each.reduce((a, b) => (GRAVER.indexOf(a) >= GRAVER.indexOf(b) ? a : b));
  const isProven = seen.changes.every(({ evidence }) => evidence === 'verified');
  return { value: gravest, source: isProven ? 'verified' : 'observed' };
}

/** A call that failed and is known to have left everything as it was may be tried again. */
function retryOf(
  { outcome }: CallFacts,
  { retry_safe, effects, sources }: KnownConduct,
  seen: FileChanges,
): { value: boolean | null; source: Source | undefined } {
  const isUntouched = outcome === 'error' && seen.proves && seen.changes.length === 0;
  if (
    isUntouched &&
    sources.retry_safe !== 'user' &&
    effects.every((kind) => ON_DISK.has(kind) || kind === 'unknown_change')
  )
    return { value: true, source: 'verified' };
  return { value: retry_safe, source: sources.retry_safe };
}

type SideEffectClass = Call['side_effect_class'];

/** From the gravest. */
const CLASSES: readonly SideEffectClass[] = [
  'spend',
  'message',
  'remote_write',
  'unknown',
  'process',
  'local_write',
  'none',
];

function classOf(effects: readonly Effect[] | null, { connection }: CallFacts): SideEffectClass {
  if (effects === null) return 'unknown';
  const isFar = connection.facts.where === 'elsewhere';
  const classes = effects.map(({ kind }) => classOfKind(kind, isFar));
  return CLASSES.find((one) => classes.includes(one)) ?? 'none';
}

function classOfKind(kind: EffectKind, isFar: boolean): SideEffectClass {
  switch (kind) {
    case 'message_sent':
      return 'message';
    case 'spend_incurred':
      return 'spend';
    case 'process_run':
      return isFar ? 'remote_write' : 'process';
    case 'record_created':
    case 'record_modified':
    case 'record_deleted':
      return isFar ? 'remote_write' : 'local_write';
    case 'browser_action':
    case 'unknown_change':
      return 'unknown';
    case 'api_call':
      return 'none';
    default:
      return 'local_write';
  }
}
