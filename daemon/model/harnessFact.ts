/**
 * A fact of a harness or a workbench in the form in which two of them are compared: what it is about, and its aspects,
 * each with a digest to compare by and a word to show. What a fact means stands with those who make it.
 */
import type { DifferenceGroup } from '../protocol/comparison.ts';

export interface Aspect {
  /** null: not known. An unknown aspect never differs. */
  readonly digest: string | null;
  /** For people, short. */
  readonly shown: string;
  /** What it means where nothing but this differs; null: what the fact says. */
  readonly why: string | null;
}

export interface Fact {
  readonly group: DifferenceGroup;
  /** Its name within the group, also for people. */
  readonly item: string;
  /** In the order in which they are shown. */
  readonly aspects: Readonly<Record<string, Aspect>>;
  /** Digest under which the capture keeps its text; null where people read none. */
  readonly text: string | null;
  /** The file in the repository that it is about: a later, less specific fact about the same file is not told again. */
  readonly file: string | null;
  /** The installed package that it is about; told once, as a file is. */
  readonly package: string | null;
  /** What it means, for people, that a capture has no such fact; null: it is not there. */
  readonly absent: string | null;
  readonly why: string;
  /** The same of one that was not there before, and of one that is there no more; null: `why` says it. */
  readonly whyNew: string | null;
  readonly whyGone: string | null;
}

export const aspect = (
  digest: string | null,
  shown: string = digest ?? 'unknown',
  why: string | null = null,
): Aspect => ({ digest, shown, why });
