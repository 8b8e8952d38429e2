/**
 * Where a bundle's members wait, masked already, until it is known what fits: packed files in a folder of their own,
 * private to the user, each as it is going to stand in the zip file. They are packed, hashed and written while more of
 * them is made; they can be read as often as it takes, and be cut without masking anything again.
 */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BundledSession, type BundleMembers, CAPTURE_MEMBER, type FrameLine, MEMBER } from '../protocol/bundle.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { RunComparison } from '../protocol/comparison.ts';
import type { Denial } from '../protocol/denial.ts';
import type { Call } from '../protocol/record.ts';
import type { Finding } from '../protocol/trail.ts';
import { linesOf, textOf } from './memberLines.ts';
import { createPackedFile, type PackedFacts, type PackedFile, unpacked } from './packedFile.ts';

export interface PackedMember extends PackedFacts {
  readonly name: string;
  /** Where its packed bytes stand. */
  readonly file: string;
}

export interface Spool {
  readonly members: BundleMembers;
  /** A member of that name that is there is replaced. */
  open(name: string): PackedFile;
  /** Where a member is to be written that somebody else writes; it is there when its facts are. */
  place(name: string): { readonly file: string; written(facts: PackedFacts): void };
  /** A whole member in one piece. */
  put(name: string, text: string): Promise<void>;
  has(name: string): boolean;
  packed(name: string): PackedMember;
  /** How many lines a member has. */
  lines(name: string): number;
  /**
   * Writes a member of lines anew: each value as `change` wants it, null to leave it out.
   * @returns how many were changed or left out
   */
  rewrite<T>(name: string, values: AsyncIterable<T>, change: (value: T) => T | null): Promise<number>;
  dispose(): void;
}

/** @param parent an absolute path; the spool makes a folder in it */
export function createSpool(parent: string): Spool {
  const folder = mkdtempSync(join(parent, 'callgrove-bundle-'));
  const fileOf = (name: string) => join(folder, name.replace('/', '_'));
  const files = new Map<string, Pick<PackedFile, 'facts' | 'dispose'>>();
  const open = (name: string): PackedFile => {
    const file = createPackedFile(fileOf(name));
    files.set(name, file);
    return file;
  };
  const has = (name: string) => files.has(name);
  /** What this process has just written needs no schema. */
  async function* values<T>(name: string): AsyncGenerator<T> {
    if (!has(name)) return;
    for await (const { line } of linesOf(name, unpacked(fileOf(name)))) {
      const value: T = JSON.parse(line);
      yield value;
    }
  }
  const document = async <T>(name: string): Promise<T | null> => {
    if (!has(name)) return null;
    let text = '';
    for await (const piece of textOf(name, unpacked(fileOf(name)))) text += piece;
    return JSON.parse(text);
  };

  return {
    members: {
      get names() {
        return [...files.keys()];
      },
      async session() {
        const session = await document<BundledSession>(MEMBER.session);
        if (!session) throw new Error('the session is not written yet');
        return session;
      },
      calls: () => values<Call>(MEMBER.calls),
      frames: () => values<FrameLine>(MEMBER.frames),
      denials: () => values<Denial>(MEMBER.denials),
      findings: () => values<Finding>(MEMBER.findings),
      async *captures() {
        for (const name of [...files.keys()].filter((one) => CAPTURE_MEMBER.test(one)).sort()) {
          const capture = await document<StoredCapture>(name);
          if (capture) yield capture;
        }
      },
      diff: () => document<RunComparison>(MEMBER.diff),
    },
    open,
    place: (name) => ({
      file: fileOf(name),
      written: (facts) => void files.set(name, { facts, dispose() {} }),
    }),
    async put(name, text) {
      const file = open(name);
      file.text(text);
      await file.close();
    },
    has,
    packed(name) {
      const facts = files.get(name)?.facts;
      if (!facts) throw new Error(`${name} is not written yet`);
      return { name, file: fileOf(name), ...facts };
    },
    lines: (name) => files.get(name)?.facts?.lines ?? 0,
    async rewrite(name, lines, change) {
      const next = `${fileOf(name)}.next`;
      const out = createPackedFile(next);
      let changed = 0;
      try {
        for await (const value of lines) {
          const kept = change(value);
          if (kept !== value) changed++;
          if (kept !== null) out.line(JSON.stringify(kept));
          await out.ready();
        }
        await out.close();
      } finally {
        out.dispose();
      }
      renameSync(next, fileOf(name));
      files.set(name, out);
      return changed;
    },
    dispose() {
      for (const file of files.values()) file.dispose();
      // A thread that was ended may just be making a file in it.
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
