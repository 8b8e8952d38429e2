/**
 * The documents that the page reads whole: a session's harness, captures, comparisons. Each wish with its path in the
 * daemon's HTTP interface and the schema of its answer. Decides nothing about when they are read.
 */
import * as z from 'zod';
import { HarnessList, SessionHarness, StoredCapture, StoredFresh } from '../daemon/protocol/captures.ts';
import { ComparedHeads, HarnessDiff, RunComparison } from '../daemon/protocol/comparison.ts';
import { DenialList, LaneList, PolicyState } from '../daemon/protocol/denial.ts';
import { KeptVerifications } from '../daemon/protocol/pathVerification.ts';
import { SessionSummary } from '../daemon/protocol/summary.ts';

export const Wish = z.discriminatedUnion('what', [
  z.object({ what: z.literal('session'), id: z.string() }),
  z.object({ what: z.literal('list') }),
  z.object({ what: z.literal('capture'), id: z.string() }),
  z.object({ what: z.literal('captures'), a: z.string(), b: z.string() }),
  z.object({ what: z.literal('runs'), a: z.string(), b: z.string() }),
  /** Of calls: what a line of two runs shows of them. */
  z.object({ what: z.literal('heads'), calls: z.array(z.string()) }),
  z.object({ what: z.literal('fresh'), id: z.string() }),
  /** Of a session. */
  z.object({ what: z.literal('summary'), id: z.string() }),
  /** Of a session. */
  z.object({ what: z.literal('denials'), id: z.string() }),
  z.object({ what: z.literal('policy') }),
  /** Of a session. */
  z.object({ what: z.literal('lanes'), id: z.string() }),
  z.object({ what: z.literal('verified') }),
]);
export type Wish = z.infer<typeof Wish>;

/** What a wish brought. */
export const Document = z.discriminatedUnion('what', [
  z.object({ what: z.literal('session'), value: SessionHarness }),
  z.object({ what: z.literal('list'), value: HarnessList }),
  z.object({ what: z.literal('capture'), value: StoredCapture }),
  z.object({ what: z.literal('captures'), value: HarnessDiff }),
  z.object({ what: z.literal('runs'), value: RunComparison }),
  z.object({ what: z.literal('heads'), value: ComparedHeads }),
  z.object({ what: z.literal('fresh'), value: StoredFresh }),
  z.object({ what: z.literal('summary'), value: SessionSummary }),
  z.object({ what: z.literal('denials'), value: DenialList }),
  z.object({ what: z.literal('policy'), value: PolicyState }),
  z.object({ what: z.literal('lanes'), value: LaneList }),
  z.object({ what: z.literal('verified'), value: KeptVerifications }),
]);
export type Document = z.infer<typeof Document>;

/** Entries of a list to choose from; older ones are reached by the command line. */
const LISTED = 300;
const DENIALS = 1000;

/** `GET` this; it also names the document. */
export function wishPath(wish: Wish): string {
  const id = encodeURIComponent;
  switch (wish.what) {
    case 'session':
      return `/api/sessions/${id(wish.id)}/harness`;
    case 'list':
      return `/api/harness?all=1&limit=${LISTED}`;
    case 'capture':
      return `/api/harness/${id(wish.id)}`;
    case 'captures':
      return `/api/harness/${id(wish.a)}/diff/${id(wish.b)}`;
    case 'runs':
      return `/api/diff/${id(wish.a)}/${id(wish.b)}`;
    case 'heads':
      return `/api/heads?calls=${id(wish.calls.join())}`;
    case 'fresh':
      return `/api/fresh/${id(wish.id)}`;
    case 'summary':
      return `/api/sessions/${id(wish.id)}/summary`;
    case 'denials':
      return `/api/denials?session=${id(wish.id)}&limit=${DENIALS}`;
    case 'policy':
      return '/api/policy';
    case 'lanes':
      return `/api/sessions/${id(wish.id)}/lanes`;
    case 'verified':
      return '/api/verified-paths';
    default:
      return wish satisfies never;
  }
}

/** @returns null where the body is none of what was wished for */
export function readDocument({ what }: Wish, value: unknown): Document | null {
  const parsed = Document.safeParse({ what, value });
  return parsed.success ? parsed.data : null;
}
