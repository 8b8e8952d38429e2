/** Looks at files as a proxy records them, with plain defaults: what a test is about stands in the test. */
import type { CallFiles } from '../../daemon/classify/fileChanges.ts';
import type { FileLook, FileState, FileStateRecord } from '../../daemon/protocol/fileState.ts';

export const ABSENT: FileLook = {
  kind: 'absent',
  bytes: null,
  mtime_ms: null,
  ctime_ms: null,
  id: null,
  folder: '1:1',
  sha256: null,
};

export function file(content: string, over: Partial<FileLook> = {}): FileLook {
  return {
    kind: 'file',
    bytes: content.length,
    mtime_ms: 1000,
    ctime_ms: 1000,
    id: '1:7',
    folder: '1:1',
    sha256: `sha-${content}`,
    ...over,
  };
}

export const FOLDER: FileLook = { ...file(''), kind: 'folder', bytes: null, sha256: null, id: '1:9' };

export function state(
  path: string,
  before: FileLook,
  after: FileLook | null,
  over: Partial<FileState> = {},
): FileState {
  return { argument: 'path', path, access: 'write', before, after, ...over };
}

/** @param kept paths whose earlier content was kept */
export function looks(
  files: readonly FileState[],
  over: Partial<FileStateRecord> & { shared?: boolean; kept?: readonly string[] } = {},
): CallFiles {
  const { shared = false, kept = [], ...record } = over;
  const common = { frame: '1', request_id: '1', doubts: [], took_us: 1 };
  return {
    before: {
      ...common,
      when: 'before',
      answer: null,
      files: files.map((one) => ({
        ...one,
        after: null,
        content: kept.includes(one.path) ? { encoding: 'utf8' as const, text: '' } : null,
      })),
    },
    after: { ...common, when: 'after', answer: '2', files: [...files], ...record },
    shared,
  };
}
