/**
 * What is worth a look in what a call did: a success that changed nothing, and a tool that says that it only reads, or only
 * adds, and did something else. Nothing is held against a server on the strength of a look that something speaks against.
 */
import type { EffectKind } from '../protocol/effect.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallFacts } from './callFacts.ts';
import { conductOf } from './conductOf.ts';
import { type FileChange, fileChanges } from './fileChanges.ts';
import type { FoundFinding } from './foundFinding.ts';
import { unchangedSuccess } from './unchangedSuccess.ts';

export function effectFindings(facts: CallFacts, { input_summary }: CallEvidence): FoundFinding[] {
  if (facts.event !== 'tool_call' || facts.files?.after == null) return [];
  const seen = fileChanges(facts.files, facts.started_at);
  const conduct = conductOf(facts, input_summary?.operation_class ?? 'unknown');
  const found: FoundFinding[] = [];
  const main = unchangedSuccess(facts, conduct, seen);
  if (main !== null)
    found.push({
      kind: 'malformed_success',
      severity: 'warning',
      item: facts.call_id,
      evidence: `${nameOf(facts)} answered success, but ${main.path} is as it was before${elsewhere(seen.changes)}.`,
    });
  // What the catalog tells of a tool is no surprise, whatever its server says of it.
  const isKnown = conduct.sources.effects === 'catalog' && conduct.effects.length > 0;
  const lie = lieOf(facts, seen.changes, isKnown);
  if (lie !== null)
    found.push({ kind: 'annotation_lie', severity: lie.severity, item: facts.call_id, evidence: lie.sentence });
  return found;
}

function nameOf({ connection, tool }: CallFacts): string {
  return `${connection.server}/${tool}`;
}

function elsewhere(changes: readonly FileChange[]): string {
  return changes.length === 0 ? '' : `; what changed is ${changes.map(({ path }) => path).join(', ')}`;
}

function lieOf(
  facts: CallFacts,
  changes: readonly FileChange[],
  isKnown: boolean,
): (Pick<FoundFinding, 'severity'> & { readonly sentence: string }) | null {
  // Another call was there, too: it may have been that one.
  if (facts.files?.shared) return null;
  const hints = facts.listed?.hints;
  const severity = isKnown ? 'info' : changes.some(({ evidence }) => evidence === 'verified') ? 'error' : 'warning';
  const said = (what: string, list: readonly FileChange[]) =>
    ({
      sentence: `${nameOf(facts)} says that it ${what}, but ${list.map(({ path, kind }) => `${path} was ${WORDS[kind] ?? 'changed'}`).join(', ')} while it ran.`,
      severity,
    }) as const;
  if (hints?.readOnlyHint === true && changes.length > 0) return said('only reads', changes);
  const gone = changes.filter(({ kind }) => kind === 'file_deleted' || kind === 'directory_deleted');
  if (hints?.destructiveHint === false && gone.length > 0) return said('destroys nothing', gone);
  return null;
}

const WORDS: Readonly<Partial<Record<EffectKind, string>>> = {
  file_created: 'made',
  directory_created: 'made',
  file_deleted: 'deleted',
  directory_deleted: 'deleted',
  file_moved: 'moved',
};
