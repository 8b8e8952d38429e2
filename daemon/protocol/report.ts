/**
 * What `report.html` carries beside the page's own script: data blocks in the document, written by the bundle's builder
 * and read by the page. Everything in it is redacted already.
 */
import * as z from 'zod';
import { BundledSession, CALL_FRAME_ROLES, FrameLine, Manifest } from './bundle.ts';
import { StoredCapture } from './captures.ts';
import { RunComparison } from './comparison.ts';
import { Denial } from './denial.ts';
import { Finding } from './trail.ts';

export { REPORT_CALLS_CLASS, REPORT_DETAILS_CLASS } from './bundleNames.ts';

export const REPORT_VERSION = 1;

/** The element that holds `ReportStart`; the page is a report where it is there. */
export const REPORT_START_ID = 'callgrove-report';
/** A frame that belongs to no call, or its beginning. */
export const ReportLoose = FrameLine.pick({
  connection_id: true,
  key: true,
  role: true,
  direction: true,
  at: true,
  bytes: true,
  body: true,
});
export type ReportLoose = z.infer<typeof ReportLoose>;

export const ReportStart = z.object({
  v: z.literal(REPORT_VERSION),
  /** What is known of the bundle before it is whole. */
  about: Manifest.omit({ members: true }),
  session: BundledSession,
  captures: z.array(StoredCapture),
  denials: z.array(Denial),
  findings: z.array(Finding),
  diff: RunComparison.nullable(),
  /** The first 100 of those that belong to no call; the bundle may hold more. */
  loose: z.array(ReportLoose),
  /** Calls that stand in the report; the bundle may hold more. */
  calls_here: z.int(),
});
export type ReportStart = z.infer<typeof ReportStart>;

const Members = z.record(z.string(), z.unknown());

/** A run of calls: what is equal in most of them stands once. */
export const ReportBlock = z.object({
  head: Members,
  call: Members,
  /** One a call: the members of its head (a CallHead) that differ from `head`. */
  heads: z.array(Members),
});
export type ReportBlock = z.infer<typeof ReportBlock>;

export const ReportFrame = FrameLine.pick({
  key: true,
  role: true,
  direction: true,
  at: true,
  bytes: true,
  kept: true,
  body: true,
}).extend({ role: z.enum(CALL_FRAME_ROLES) });
export type ReportFrame = z.infer<typeof ReportFrame>;

export const ReportDetail = z.object({
  /** The members of the Call that differ from the block's `call`. */
  call: Members,
  frames: z.array(ReportFrame),
});
export type ReportDetail = z.infer<typeof ReportDetail>;
