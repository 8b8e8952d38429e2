/**
 * What happened to the files that a call names, from the proxy's looks before and after it. Only a look that nothing speaks
 * against verifies: a doubt makes a change merely observed, and makes "nothing changed" worth nothing.
 */
import type { EffectEvidence, EffectKind } from '../protocol/effect.ts';
import type { FileLook, FileState, FileStateRecord, LookDoubt } from '../protocol/fileState.ts';

export interface CallFiles {
  /** Null where the record is gone. */
  readonly before: FileStateRecord | null;
  /** Null while there is no answer, and where the looks do not belong to this call's answer. */
  readonly after: FileStateRecord | null;
  /** Another recorded call was at one of these places at the same time, or may still have been. */
  readonly shared: boolean;
}

export interface FileChange {
  readonly kind: EffectKind;
  readonly path: string;
  /** As the arguments have it: was it to be read or to be written? */
  readonly access: FileState['access'];
  readonly evidence: Extract<EffectEvidence, 'verified' | 'observed'>;
  /** Its size afterwards. */
  readonly bytes: number | null;
  /** Whether what was there before is kept, or nothing was; null where that is not known. */
  readonly restorable: boolean | null;
  readonly note: string | null;
}

export interface FileChanges {
  readonly changes: readonly FileChange[];
  /** Every place that was to be written was looked at before and after, and nothing speaks against what was seen. */
  readonly proves: boolean;
  /** Why it does not, for people; null where it does, or nobody looked. */
  readonly why: string | null;
}

const NONE: FileChanges = { changes: [], proves: false, why: null };

const DOUBTS: Readonly<Record<LookDoubt | 'shared' | 'moved' | 'unreadable' | 'just_written', string>> = {
  other_mounts: 'the server runs with mounts of its own, so that its paths need not be ours',
  unknown_process: 'which process serves is not known, so that its paths need not be ours',
  late: 'the first look was taken when the request may have been on its way',
  link_changed: 'a link on the way was changed meanwhile',
  shared: 'another call was at the same place at the same time',
  moved: 'the folder it stands in was replaced meanwhile',
  unreadable: 'it could not be looked at',
  just_written: 'it had been written so shortly before that its times tell no change',
};

/** @param startedAt when the request was seen, epoch ms */
export function fileChanges(files: CallFiles | null, startedAt: number): FileChanges {
  const { after, before } = files ?? { after: null, before: null };
  if (!files || !after) return NONE;
  // Who else was there says more than how late the first look was.
  const common = [...(files.shared ? ['shared' as const] : []), ...after.doubts];
  const contents = new Map(before?.files.map(({ path, content }) => [path, content != null]));
  const whys = new Set<string>(common.map((doubt) => DOUBTS[doubt]));
  const changes: FileChange[] = [];
  for (const file of after.files) {
    if (!file.after) continue;
    const own = ownDoubt(file.before, file.after);
    if (own && file.access === 'write') whys.add(DOUBTS[own]);
    const isLate = after.doubts.includes('late');
    const kind = kindOf(file.before, file.after) ?? (isLate ? touchedLater(file, startedAt) : null);
    if (kind === null) {
      if (file.access === 'write' && isJustWritten(file.before, file.after, startedAt)) whys.add(DOUBTS.just_written);
      continue;
    }
    const doubt = own ?? common[0] ?? null;
    changes.push({
      kind,
      path: file.path,
      access: file.access,
      evidence: doubt === null ? 'verified' : 'observed',
      bytes: file.after.bytes,
      restorable:
        file.before.kind === 'absent' ? true : kind === 'file_moved' ? true : (contents.get(file.path) ?? null),
      note: doubt === null ? null : DOUBTS[doubt],
    });
  }
  const looksWritten = after.files.some(({ access }) => access === 'write');
  return {
    changes: withMoves(changes, after.files),
    proves: looksWritten && whys.size === 0,
    why: [...whys][0] ?? null,
  };
}

/** The kernel's clock for files stands still for so long: a write in that time leaves the time of the one before. */
const TICK_MS = 20;

function isJustWritten(before: FileLook, after: FileLook, startedAt: number): boolean {
  if (before.kind !== 'file' || (before.sha256 !== null && after.sha256 !== null)) return false;
  return (before.ctime_ms ?? 0) > startedAt - TICK_MS;
}

function ownDoubt(before: FileLook, after: FileLook): 'moved' | 'unreadable' | null {
  if (before.kind === 'unreadable' || after.kind === 'unreadable') return 'unreadable';
  const isLinkNow = after.kind === 'link' && before.kind !== 'link';
  // A folder that is made on the way is no other folder.
  const isOther = before.folder !== null && before.folder !== after.folder && after.kind !== 'absent';
  const isGone = before.folder !== null && after.folder === null;
  return isLinkNow || isOther || isGone ? 'moved' : null;
}

function kindOf(before: FileLook, after: FileLook): EffectKind | null {
  if (before.kind === 'unreadable' || after.kind === 'unreadable') return null;
  if (before.kind === 'absent') {
    if (after.kind === 'absent') return null;
    return after.kind === 'folder' ? 'directory_created' : 'file_created';
  }
  if (after.kind === 'absent') return before.kind === 'folder' ? 'directory_deleted' : 'file_deleted';
  if (before.kind !== after.kind) return 'unknown_change';
  if (before.kind === 'folder') return before.mtime_ms === after.mtime_ms ? null : 'unknown_change';
  if (before.sha256 !== null && after.sha256 !== null) return before.sha256 === after.sha256 ? null : 'file_modified';
  const isSame = before.id === after.id && before.bytes === after.bytes && before.mtime_ms === after.mtime_ms;
  if (!isSame) return 'file_modified';
  // Its mode, its owner, or its content with the time put back.
  return before.ctime_ms === after.ctime_ms ? null : 'unknown_change';
}

/** The first look was too late to show a difference, but the kernel says that it was changed after the request came. */
function touchedLater({ before, after }: FileState, startedAt: number): EffectKind | null {
  if (before.kind !== 'file' || after?.kind !== 'file' || before.sha256 !== null) return null;
  return (after.ctime_ms ?? 0) > startedAt ? 'file_modified' : null;
}

/** One that went and one that came, and is the same: it was moved. */
function withMoves(changes: readonly FileChange[], files: readonly FileState[]): FileChange[] {
  const came = changes.find(({ kind }) => kind === 'file_created' || kind === 'directory_created');
  const went = changes.find(({ kind }) => kind === 'file_deleted' || kind === 'directory_deleted');
  if (!came || !went) return [...changes];
  const [from, to] = [went, came].map(({ path }) => files.find((file) => file.path === path));
  const isSame =
    from?.before.id === to?.after?.id || (from?.before.sha256 != null && from.before.sha256 === to?.after?.sha256);
  if (!isSame) return [...changes];
  const moved: FileChange = {
    ...came,
    kind: 'file_moved',
    evidence: came.evidence === 'verified' && went.evidence === 'verified' ? 'verified' : 'observed',
    restorable: true,
    note: [`from ${went.path}`, came.note ?? went.note].filter((part) => part !== null).join('; '),
  };
  return [moved, ...changes.filter((change) => change !== came && change !== went)];
}
