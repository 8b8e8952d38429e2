/**
 * What a call did, in one sentence for people: what it changed and how that is known, whether it can be undone, whether
 * it may be repeated and why. Nothing that was guessed reads like a fact.
 */
import type { Effect, EffectEvidence, EffectKind } from '../protocol/effect.ts';
import type { Call, Source } from '../protocol/record.ts';
import { bytesText } from './bytesText.ts';

type Judged = Pick<
  Call,
  'event' | 'outcome' | 'effects' | 'side_effect_class' | 'reversibility' | 'retry_safe' | 'sources' | 'workspace'
>;

const EFFECT_WORDS: Readonly<Record<EffectKind, string>> = {
  file_created: 'created',
  file_modified: 'changed',
  file_deleted: 'deleted',
  file_moved: 'moved',
  directory_created: 'made the folder',
  directory_deleted: 'deleted the folder',
  repository_changed: 'changed the repository',
  record_created: 'created a record in',
  record_modified: 'changed a record in',
  record_deleted: 'deleted a record in',
  api_call: 'called',
  message_sent: 'sent a message to',
  process_run: 'ran',
  browser_action: 'acted in the browser on',
  spend_incurred: 'spent money with',
  unknown_change: 'changed something in',
};

/** The same where nothing names what it was done to. */
const BARE: Readonly<Record<EffectKind, string>> = {
  ...EFFECT_WORDS,
  file_created: 'created a file',
  file_modified: 'changed a file',
  file_deleted: 'deleted a file',
  file_moved: 'moved a file',
  directory_created: 'made a folder',
  directory_deleted: 'deleted a folder',
  record_created: 'created a record',
  record_modified: 'changed a record',
  record_deleted: 'deleted a record',
  api_call: 'called an API',
  message_sent: 'sent a message',
  process_run: 'ran a program',
  browser_action: 'acted in the browser',
  spend_incurred: 'spent money',
  unknown_change: 'changed something',
};

/** For lists of kinds. */
export const EFFECT_NOUNS: Readonly<Record<EffectKind, string>> = {
  file_created: 'Files created',
  file_modified: 'Files changed',
  file_deleted: 'Files deleted',
  file_moved: 'Files moved',
  directory_created: 'Folders made',
  directory_deleted: 'Folders deleted',
  repository_changed: 'Repository changed',
  record_created: 'Records created',
  record_modified: 'Records changed',
  record_deleted: 'Records deleted',
  api_call: 'APIs called',
  message_sent: 'Messages sent',
  process_run: 'Programs run',
  browser_action: 'Acts in a browser',
  spend_incurred: 'Money spent',
  unknown_change: 'Changes of an unknown kind',
};

const PROOF: Readonly<Record<EffectEvidence, string>> = {
  verified: 'verified',
  observed: 'observed',
  declared: 'as declared',
  inferred: 'presumably',
};

const BECAUSE: Readonly<Record<Source, string>> = {
  observed: 'it was seen so',
  verified: 'it was checked',
  user: 'your settings say so',
  catalog: 'that is known of this tool',
  annotation: 'the server says so',
  inferred: 'its name suggests so',
};

/** So many effects are named; the others are counted. */
const NAMED = 2;

/** Null for what is no tool call, is not over, or never reached its server. */
export function callSentence(call: Judged): string | null {
  if (call.event !== 'tool_call' || call.outcome === 'running' || call.outcome === 'denied') return null;
  const parts = [didText(call), undoText(call), repeatText(call)].filter((part) => part !== null);
  return `${parts.join('; ')}.`;
}

function didText({ effects, side_effect_class, outcome, workspace }: Judged): string {
  const [first] = effects ?? [];
  if (first === undefined) {
    if (side_effect_class === 'none') return 'Changed nothing';
    return outcome === 'success' ? 'What it changed is not known' : 'Whether it changed anything is not known';
  }
  const all = effects ?? [];
  const named = all.slice(0, NAMED).map((effect) => effectText(effect, workspace));
  const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
  const text = `${named.join(', ')}${more}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `created src/a.ts (4 kB), verified`. */
export function effectText({ kind, target, bytes, evidence }: Effect, workspace: string | null): string {
  const size = bytes === null ? '' : ` (${bytesText(bytes)})`;
  const what = target === null ? BARE[kind] : `${EFFECT_WORDS[kind]} ${within(target, workspace)}${size}`;
  return `${what}, ${PROOF[evidence]}`;
}

function within(target: string, workspace: string | null): string {
  if (workspace === null) return target;
  const rest = target.startsWith(workspace) ? target.slice(workspace.length) : '';
  return /^[\\/]./.test(rest) ? rest.slice(1) : target;
}

function undoText({ reversibility, side_effect_class }: Judged): string | null {
  if (reversibility === 'no_effect' || side_effect_class === 'none') return null;
  if (reversibility === 'reversible') return 'it can be undone';
  return reversibility === 'permanent' ? 'it cannot be undone' : 'whether it can be undone is not known';
}

function repeatText({ retry_safe, sources }: Judged): string {
  if (retry_safe === null) return 'whether it may be repeated is not known';
  const source = sources.retry_safe;
  const why = source === undefined ? '' : `: ${BECAUSE[source]}`;
  return retry_safe ? `safe to repeat${why}` : `not safe to repeat${why}`;
}
