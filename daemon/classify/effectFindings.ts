/**
 * What is worth a look in what a call did: a success that changed nothing, and a tool that says that it only reads, or only
 * adds, and did something else. Nothing is held against a server on the strength of a look that something speaks against.
 */
import { createHash } from 'node:crypto';
import { jsonMember } from '../model/jsonMember.ts';
import type { EffectKind } from '../protocol/effect.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { FileState } from '../protocol/fileState.ts';
import type { CallFacts } from './callFacts.ts';
import { conductOf } from './conductOf.ts';
import { type FileChange, fileChanges } from './fileChanges.ts';
import type { FoundFinding } from './foundFinding.ts';

/** After these there has to be something that was not there before, unless it was so already. */
const MUST_CHANGE: ReadonlySet<EffectKind> = new Set([
  'file_created',
  'file_modified',
  'file_moved',
  'directory_created',
]);
/** What is written, under the names that tools give it. */
const CONTENT = ['content', 'contents', 'text', 'file_text', 'data'];

export function effectFindings(facts: CallFacts, { input_summary }: CallEvidence): FoundFinding[] {
  if (facts.event !== 'tool_call' || facts.files?.after == null) return [];
  const seen = fileChanges(facts.files, facts.started_at);
  const conduct = conductOf(facts, input_summary?.operation_class ?? 'unknown');
  const found: FoundFinding[] = [];
  const written = facts.files.after.files.filter(({ access }) => access === 'write');
  // What a tool is about comes first; a log or a copy may come after it.
  const main = written.find(({ argument }) => argument === conduct.target) ?? written[0];
  const mustChange = conduct.effects.some((kind) => MUST_CHANGE.has(kind));
  const isUnchanged =
    seen.proves && main !== undefined && !wasTouched(main) && seen.changes.every(({ path }) => path !== main.path);
  if (facts.outcome === 'success' && mustChange && isUnchanged && !isAsAsked(main, facts))
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

/** Was it written anew, with what it held before? The same picture taken twice is no failure. */
function wasTouched({ before, after }: FileState): boolean {
  if (before.kind !== 'file' || after?.kind !== 'file') return false;
  return before.id !== after.id || before.mtime_ms !== after.mtime_ms || before.ctime_ms !== after.ctime_ms;
}

/** Does it stand there already as it was to be? Then a success is one, though nothing changed. */
function isAsAsked({ after }: FileState, { args }: CallFacts): boolean {
  const content = CONTENT.map((name) => jsonMember(args, name)).find((one) => typeof one === 'string');
  const wanted = typeof content === 'string' ? createHash('sha256').update(content).digest('hex') : null;
  return after?.kind === 'folder' || (wanted !== null && after?.sha256 === wanted);
}

function lieOf(
  facts: CallFacts,
  changes: readonly FileChange[],
  isKnown: boolean,
): (Pick<FoundFinding, 'severity'> & { readonly sentence: string }) | null {
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
