/**
 * Looks at the files that calls name: before the request is forwarded, and again before its answer is. What is seen goes
 * to the journal as `filestate` records; of calls that only read, only where something changed. It judges nothing.
 */
import { readlinkSync } from 'node:fs';
import type { FileState, FileStateRecord, LookDoubt } from '../protocol/fileState.ts';
import type { DecisionRecord } from '../protocol/policy.ts';
import { isSameLook, lookAt } from './fileLook.ts';
import type { GateParts } from './lookout.ts';
import { type MountsOf, mountsOf } from './mountDoubt.ts';

/** Of a call so many paths are looked at. */
const FILES = 20;
/** A server that never answers must not make us wait for ever more. */
const MAX_DUE = 1000;
/** So far the kernel's clock for files is behind the time of day, in milliseconds, and more. */
const CLOCK_MS = 20;

interface LookedPath extends Pick<FileState, 'argument' | 'path' | 'access' | 'before'> {
  /** What policy has something against is nothing to be read by us either. */
  readonly reads: boolean;
}

interface Due {
  readonly frame: string;
  /** Epoch ms. */
  readonly at: number;
  readonly writes: boolean;
  readonly files: readonly LookedPath[];
  /** Links that led to the paths, and where they led. */
  readonly links: readonly (readonly [link: string, target: string | null])[];
  readonly doubts: readonly LookDoubt[];
}

export class FileWatch {
  private readonly journal: GateParts['journal'];
  private readonly mounts: MountsOf;
  private readonly due = new Map<string, Due>();

  constructor({ journal, open }: GateParts) {
    this.journal = journal;
    this.mounts = mountsOf(open.child?.pid ?? null);
  }

  /** Is an answer due that files are looked at for? */
  get waits(): boolean {
    return this.due.size > 0;
  }

  /**
   * A request was judged and passes.
   * @param frame its key in the journal @param id as idText
   * @param isLate it has been forwarded already; else the journal is released before it is
   */
  asked({ paths }: Pick<DecisionRecord, 'paths'>, frame: string, id: string, isLate: boolean): void {
    const began = performance.now();
    const seen = paths
      .filter(({ canonical, flags }) => canonical !== null && !flags.includes('container'))
      .slice(0, FILES);
    if (!this.journal || seen.length === 0 || this.due.size >= MAX_DUE) return;
    const writes = seen.some(({ access }) => access === 'write');
    const contents: FileState['content'][] = [];
    const files = seen.map(({ argument, canonical, access, reason }): LookedPath => {
      const path = canonical ?? '';
      const reads = access === 'write' && reason === null;
      const { look, content } = lookAt(path, reads);
      contents.push(content);
      return { argument, path, access, before: look, reads };
    });
    const links = [...new Set(seen.flatMap(({ symlinks }) => symlinks))].map((link) => [link, targetOf(link)] as const);
    const mounts = writes ? this.mounts.doubt(began) : null;
    const doubts: LookDoubt[] = [...(mounts ? [mounts] : []), ...(isLate ? ['late' as const] : [])];
    this.due.set(id, { frame, at: Date.now(), writes, files, links, doubts });
    if (!writes) return;
    const record: FileStateRecord = {
      frame,
      request_id: id,
      when: 'before',
      answer: null,
      doubts,
      files: files.map(({ reads: _, ...file }, index) => ({ ...file, after: null, content: contents[index] ?? null })),
      took_us: Math.round((performance.now() - began) * 1000),
    };
    this.journal.factSoon('filestate', record);
  }

  /** An answer is about to be forwarded. @param answer its frame's key; null where it is not in the journal */
  answered(id: string, answer: string | null): void {
    const due = this.due.get(id);
    if (!due) return;
    this.due.delete(id);
    const began = performance.now();
    const { frame, writes, links } = due;
    let isSame = true;
    const sinceMs = due.at - CLOCK_MS;
    const files = due.files.map(({ reads, ...file }): FileState => {
      const after = lookAt(file.path, reads).look;
      // The first look may have been too late to see a difference; the kernel's time of the change is not.
      isSame &&= isSameLook(file.before, after) && (after.ctime_ms ?? 0) < sinceMs;
      return { ...file, after };
    });
    if (!writes && isSame) return;
    const doubts = new Set(due.doubts);
    const mounts = this.mounts.doubt(began);
    if (mounts) doubts.add(mounts);
    if (links.some(([link, target]) => targetOf(link) !== target)) doubts.add('link_changed');
    const record: FileStateRecord = {
      frame,
      request_id: id,
      when: 'after',
      answer,
      doubts: [...doubts],
      files,
      took_us: Math.round((performance.now() - began) * 1000),
    };
    this.journal?.factSoon('filestate', record);
  }
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
