/**
 * What `verify-path` found: the same requests sent to a server straight and through Callgrove, side by side. The last one of
 * each server is kept in `control/verified-paths.json`.
 */
import * as z from 'zod';
import { DrillEnvironment } from './drill.ts';
import { ErrorClass } from './record.ts';

export const PathCaseName = z.enum(['authorised_read', 'denied_write', 'argument_error', 'timeout', 'recovery']);
export type PathCaseName = z.infer<typeof PathCaseName>;

/** What came of a request on one of the two ways. */
export const SeenAnswer = z.object({
  outcome: z.enum(['answered', 'error', 'denied', 'given_up', 'lost']),
  /** As calls are classified; null where nothing went wrong. */
  error_class: ErrorClass.nullable(),
  /** Digest of the answer's frame without its id; null where there was none. */
  frame: z.string().nullable(),
  ms: z.number(),
});
export type SeenAnswer = z.infer<typeof SeenAnswer>;

export const PathCase = z.object({
  case: PathCaseName,
  what: z.string(),
  /** Each null where it was not sent; `note` says why. */
  direct: SeenAnswer.nullable(),
  mediated: SeenAnswer.nullable(),
  verdict: z.enum(['same', 'as_wanted', 'differs', 'not_tried']),
  /** What differs, for people: `outcome`, `error_class`, `frame`. */
  differs: z.array(z.string()),
  note: z.string().nullable(),
});
export type PathCase = z.infer<typeof PathCase>;

export const PathVerification = z.object({
  v: z.literal(1),
  server: z.string(),
  transport: z.enum(['stdio', 'http']),
  /** Masked. */
  command: z.array(z.string()),
  at: z.string(),
  /** The identity on both ways, by the names of what was handed over; null where none is known. */
  lane: z.object({ direct: z.string().nullable(), mediated: z.string().nullable(), same: z.boolean() }),
  /** Median of what the way through Callgrove took longer, over the cases that were answered on both; null for none. */
  added_ms: z.number().nullable(),
  verdict: z.enum(['same', 'differs', 'not_run']),
  cases: z.array(PathCase),
  /** Where it was tried: what it shows holds there. Absent in files that were written before it was told. */
  environment: DrillEnvironment.optional(),
  /** It was given by its URL, not by the name of an entry. */
  by_url: z.boolean().optional(),
});
export type PathVerification = z.infer<typeof PathVerification>;

/** `control/verified-paths.json`, and `GET /api/verified-paths`: the newest first. */
export const KeptVerifications = z.object({ v: z.literal(1), verifications: z.array(PathVerification).max(100) });
export type KeptVerifications = z.infer<typeof KeptVerifications>;
