/** What a server says of a tool in its list that calls of it are judged by. Masked. */
import * as z from 'zod';

/** Null where the server did not say it: the MCP schema's default then stands, and counts for less. */
export const ToolHints = z.object({
  readOnlyHint: z.boolean().nullable(),
  destructiveHint: z.boolean().nullable(),
  idempotentHint: z.boolean().nullable(),
  openWorldHint: z.boolean().nullable(),
});
export type ToolHints = z.infer<typeof ToolHints>;

export const ToolFacts = z.object({
  name: z.string(),
  hints: ToolHints,
  /** Names of the arguments that its input schema declares, in order, at most 100. */
  arguments: z.array(z.string()),
  declares_output: z.boolean(),
  /** Bytes of its definition as JSON. */
  definition_bytes: z.int(),
  /** What it says that a credential has to allow; absent where it says nothing. */
  scopes: z.array(z.string()).optional(),
});
export type ToolFacts = z.infer<typeof ToolFacts>;
