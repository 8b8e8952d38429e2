/** What one `tools/list` call brought: each definition with what it puts into context, and how the list differs from the one before. */
import * as z from 'zod';
import { Digest } from './harness.ts';

/** How a tool differs between two lists of its server. */
export const ToolDifference = z.object({
  tool: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** What changed, in words, at most 30; empty where the tool is new or gone. */
  changes: z.array(z.string()),
  text_diff: z.string().nullable(),
});
export type ToolDifference = z.infer<typeof ToolDifference>;

/** `GET /api/calls/CALL/tools`; null for a call that brought no list, or not its last page. */
export const ToolListing = z.object({
  server: z.string(),
  contract: Digest,
  /** In the order of their names. */
  definitions: z.array(
    z.object({
      tool: z.string(),
      bytes: z.int().nullable(),
      /** By `tokenizer`; null where they were not counted. */
      tokens: z.int().nullable(),
      tokenizer: z.string().nullable(),
    }),
  ),
  /** What the server had listed before in this workspace; null where it had not, or where it listed the same. */
  before: z
    .object({
      contract: Digest,
      at: z.string(),
      differences: z.array(ToolDifference),
    })
    .nullable(),
});
export type ToolListing = z.infer<typeof ToolListing>;
