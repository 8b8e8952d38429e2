/** A success of a call that was to write, after which what it was to write is as it was: nothing of it is there yet. */
import { createHash } from 'node:crypto';
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import type { EffectKind } from '../protocol/effect.ts';
import type { FileState } from '../protocol/fileState.ts';
import type { CallFacts } from './callFacts.ts';
import type { KnownConduct } from './conductOf.ts';
import type { FileChanges } from './fileChanges.ts';

/** After these there has to be something that was not there before, unless it was so already. */
const MUST_CHANGE: ReadonlySet<EffectKind> = new Set([
  'file_created',
  'file_modified',
  'file_moved',
  'directory_created',
]);
/** What is written, under the names that tools give it. */
const CONTENT = ['content', 'contents', 'text', 'file_text', 'data'];

/** The file that it was about; null where it changed, where it holds what was asked for, and where that is in doubt. */
export function unchangedSuccess(
  { outcome, files, args }: Pick<CallFacts, 'outcome' | 'files' | 'args'>,
  conduct: KnownConduct,
  seen: FileChanges,
): FileState | null {
  if (outcome !== 'success' || !files?.after || !seen.proves) return null;
  if (!conduct.effects.some((kind) => MUST_CHANGE.has(kind))) return null;
  const written = files.after.files.filter(({ access }) => access === 'write');
  // What a tool is about comes first; a log or a copy may come after it.
  const main = written.find(({ argument }) => argument === conduct.target) ?? written[0];
  if (main === undefined || seen.changes.some(({ path }) => path === main.path)) return null;
  return wasTouched(main) || isAsAsked(main, args) ? null : main;
}

/** Was it written anew, with what it held before? The same picture taken twice is no failure. */
function wasTouched({ before, after }: FileState): boolean {
  if (before.kind !== 'file' || after?.kind !== 'file') return false;
  return before.id !== after.id || before.mtime_ms !== after.mtime_ms || before.ctime_ms !== after.ctime_ms;
}

/** Does it stand there already as it was to be? Then a success is one, though nothing changed. */
function isAsAsked({ after }: FileState, args: Json | undefined): boolean {
  const content = CONTENT.map((name) => jsonMember(args, name)).find((one) => typeof one === 'string');
  const wanted = typeof content === 'string' ? createHash('sha256').update(content).digest('hex') : null;
  return after?.kind === 'folder' || (wanted !== null && after?.sha256 === wanted);
}
