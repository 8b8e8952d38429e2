/** A call's bodies, as they are read over HTTP when somebody looks: its arguments, its result, its frames, how it travelled. */
import * as z from 'zod';

/** One frame of a call as the detail pane shows it. `text` is redacted unless raw was asked for. */
export const FrameView = z.object({
  key: z.string(),
  role: z.enum(['request', 'response', 'progress', 'log', 'round', 'late']),
  direction: z.enum(['c2s', 's2c']),
  at: z.number(),
  byte_length: z.int(),
  /** At most `limit` characters from `offset`; null where retention took the bytes. */
  text: z.string().nullable(),
  offset: z.int(),
  /** Characters in all of this form of the frame; null where not counted. */
  total_chars: z.int().nullable(),
  truncated: z.boolean(),
  redactions: z.int(),
  raw: z.boolean(),
});
export type FrameView = z.infer<typeof FrameView>;

/** How a call travelled to a server that is reached by URL. */
const Transport = z.object({
  /** Without userinfo and query values. */
  url: z.string(),
  /** The request that carried it, then those that took a broken answer up again. None where nothing tells of them. */
  exchanges: z.array(
    z.object({
      method: z.string(),
      /** Null where no answer came. */
      status: z.int().nullable(),
      /** From the call's first byte to sending, from there to the answer's head and to its end; milliseconds. */
      sent_ms: z.number(),
      headers_ms: z.number().nullable(),
      end_ms: z.number(),
      reconnects: z.int(),
      error_class: z.string().nullable(),
      message: z.string().nullable(),
    }),
  ),
});
export type Transport = z.infer<typeof Transport>;

/** `GET /api/calls/ID/detail`: the call with its arguments and result, redacted and bounded. */
export const CallDetail = z.object({
  call: z.unknown(),
  /** `params.arguments` (or `params`) as pretty JSON text; null where unreadable or gone. */
  arguments: z.string().nullable(),
  /** The result's text content, or its JSON. */
  result: z.string().nullable(),
  result_truncated: z.boolean(),
  error: z.string().nullable(),
  join: z.record(z.string(), z.string()),
  /** Sides whose bytes are no longer there, with the file of the state folder that held them. */
  gone: z.array(z.object({ role: z.enum(['request', 'response']), file: z.string() })),
  /** Null for a server that runs here. */
  transport: Transport.nullable(),
  /** The proxy let something else pass than what came; what came stands among the frames. Null where it did not. */
  altered: z
    .object({
      side: z.enum(['request', 'response']),
      why: z.enum(['denied', 'list_filtered']),
      /** Of a shortened list the names of what was left out, redacted; of more than 1,000 the first. */
      hidden: z.array(z.string()),
      /** The line that passed in its place, redacted; null where none did. */
      after: z.string().nullable(),
      after_truncated: z.boolean(),
    })
    .nullable(),
  /** The end of what a server said on stderr, redacted, where the call was lost because it died; absent otherwise. */
  last_words: z.string().optional(),
  frames: z.array(
    FrameView.omit({ text: true, offset: true, total_chars: true, truncated: true, redactions: true, raw: true }),
  ),
});
export type CallDetail = z.infer<typeof CallDetail>;
