/**
 * What `report.html` carries beside the page's own script: data blocks in the document, written by the bundle's builder
 * and read by the page. Everything in it is redacted already.
 */
import * as z from 'zod';
import { SessionHarness, StoredCapture } from './captures.ts';
import { Denial } from './denial.ts';
import { SessionHead } from './feed.ts';
import { Finding } from './trail.ts';

export const REPORT_VERSION = 1;

/** The element that holds `ReportStart`; the page is a report where it is there. */
export const REPORT_START_ID = 'callgrove-report';
/** Each element of this class holds a `ReportBlock`; the elements come in the order of the calls. */
export const REPORT_CALLS_CLASS = 'callgrove-calls';
/** Follows each of them: one line a call, `ReportDetail`. */
export const REPORT_DETAILS_CLASS = 'callgrove-details';

/** How much of a frame's text a bundle carries. */
export const BodyMode = z.enum(['full', 'head', 'shape', 'none']);
export type BodyMode = z.infer<typeof BodyMode>;

/** What a reader has to know of the file itself. */
export const ReportAbout = z.object({
  v: z.literal(REPORT_VERSION),
  /** The version that wrote it. */
  callgrove: z.string(),
  made_at: z.string(),
  bodies: BodyMode,
  /** Whether the words of instruction files are in it, or only their digests. */
  instructions: z.boolean(),
  redacted: z.boolean(),
  /** Rules that found something, the most frequent first. */
  redactions: z.array(z.object({ rule: z.string(), count: z.int().nonnegative() })),
  /** What was left out and why, a sentence each. */
  cut: z.array(z.string()),
  /** Calls of the session, and those that stand in here. */
  calls: z.object({ total: z.int(), here: z.int() }),
  /** The session came from somebody else's bundle. */
  imported: z.boolean(),
});
export type ReportAbout = z.infer<typeof ReportAbout>;

export const ReportStart = z.object({
  about: ReportAbout,
  head: SessionHead,
  /** null where nothing was captured. */
  harness: SessionHarness.nullable(),
  captures: z.array(StoredCapture),
  denials: z.array(Denial),
  findings: z.array(Finding),
});
export type ReportStart = z.infer<typeof ReportStart>;

/** A run of calls: what is equal in most of them stands once. A call of `ReportDetail` is based on `call`, too. */
export const ReportBlock = z.object({
  head: z.record(z.string(), z.unknown()),
  call: z.record(z.string(), z.unknown()),
  /** One a call: the members of its head that differ from `head`. */
  heads: z.array(z.record(z.string(), z.unknown())),
});
export type ReportBlock = z.infer<typeof ReportBlock>;

export const ReportFrame = z.object({
  key: z.string(),
  role: z.enum(['request', 'response', 'progress', 'log', 'round', 'late']),
  direction: z.enum(['c2s', 's2c']),
  /** Epoch ms. */
  at: z.number(),
  /** As they stood on the wire. */
  bytes: z.int(),
  /** null where the bundle carries no text of it. */
  text: z.string().nullable(),
  /** Is there more of the text than this? */
  cut: z.boolean(),
});
export type ReportFrame = z.infer<typeof ReportFrame>;

export const ReportDetail = z.object({
  /** The members of the call that differ from the block's. */
  call: z.record(z.string(), z.unknown()),
  frames: z.array(ReportFrame),
});
export type ReportDetail = z.infer<typeof ReportDetail>;
