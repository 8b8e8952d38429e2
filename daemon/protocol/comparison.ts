/** What comparing says: two harnesses, two runs, a fresh checkout against the warm one. Most likely to matter first. */
import * as z from 'zod';

/** Groups of differences, the likeliest to matter first. */
export const DifferenceGroup = z.enum([
  'instructions',
  'servers',
  'tools',
  'settings',
  'environment',
  'dependencies',
  'fixtures',
  'test_command',
  'files',
  'git',
  'ignored',
  'machine',
]);
export type DifferenceGroup = z.infer<typeof DifferenceGroup>;

/** `before` and `after` are for people; null where there was, or is, none. */
export const Difference = z.object({
  group: DifferenceGroup,
  item: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  why_it_matters: z.string(),
  /** Unified diff where people read text and both texts were kept. */
  text_diff: z.string().nullable(),
});
export type Difference = z.infer<typeof Difference>;

/** `a` and `b` name what was compared: a session, a harness version, a capture, or `fresh`. */
export const HarnessDiff = z.object({ a: z.string(), b: z.string(), differences: z.array(Difference) });
export type HarnessDiff = z.infer<typeof HarnessDiff>;

export const ComparedCall = z.object({
  status: z.enum(['equal', 'changed', 'only_a', 'only_b']),
  /** Call ids. */
  a: z.string().nullable(),
  b: z.string().nullable(),
  /** Of `arguments`, `outcome`, `result`, `duration`. */
  changed: z.array(z.enum(['arguments', 'outcome', 'result', 'duration'])),
});
export type ComparedCall = z.infer<typeof ComparedCall>;

export const RunDiff = z.object({
  a: z.string(),
  b: z.string(),
  harness: z.array(Difference),
  calls: z.array(ComparedCall),
  first_divergence: z
    .object({
      a: z.string().nullable(),
      b: z.string().nullable(),
      explained_by: z.array(z.object({ item: z.string(), reason: z.string() })),
    })
    .nullable(),
});
export type RunDiff = z.infer<typeof RunDiff>;

/** One side of a compared call, for people. */
export const ComparedHead = z.object({
  call_id: z.string(),
  server: z.string(),
  /** The tool, else the method. */
  tool: z.string(),
  summary: z.string().nullable(),
  outcome: z.string(),
  error_message: z.string().nullable(),
  duration_ms: z.number().nullable(),
});
export type ComparedHead = z.infer<typeof ComparedHead>;

/** How many calls one question for heads may name. */
export const HEADS_AT_ONCE = 100;

/** `GET /api/heads?calls=ID,ID,…`: by call id; without those that are no longer there. */
export const ComparedHeads = z.object({ heads: z.record(z.string(), ComparedHead) });
export type ComparedHeads = z.infer<typeof ComparedHeads>;

/** `GET /api/diff/ID/ID`: the comparison, and the calls of its rows that are not equal (the first 2,000 of them). */
export const RunComparison = z.object({
  diff: RunDiff,
  heads: z.record(z.string(), ComparedHead),
  /** Why no harness stands beside it, in one sentence; null where both were captured. */
  harness_missing: z.string().nullable(),
});
export type RunComparison = z.infer<typeof RunComparison>;

/** An item of a fresh checkout's comparison. */
export const FreshItem = z.object({ group: DifferenceGroup, item: z.string(), detail: z.string() });
export type FreshItem = z.infer<typeof FreshItem>;

export const TestOutcome = z.enum(['passed', 'failed', 'not_run']);

export const FreshResult = z.object({
  ref: z.string(),
  setup: z.object({ command: z.string().nullable(), source: z.string().nullable(), ran: z.boolean() }),
  rebuilt: z.array(FreshItem),
  not_prepared: z.array(FreshItem),
  hidden: z.array(FreshItem),
  test: z
    .object({ command: z.string(), warm: TestOutcome, fresh: TestOutcome, passes_once: z.array(z.string()) })
    .nullable(),
});
export type FreshResult = z.infer<typeof FreshResult>;
