/**
 * The journal's format: what a proxy appends and the daemon reads. A segment is one JSON header line, then records of
 * one short JSON head line and exactly `n` raw bytes. Because the bytes are counted, nothing that a peer sends can
 * forge a record. The proxies use the types only; readers parse with the schemas.
 */
import * as z from 'zod';
import { JOURNAL_VERSION } from './segment.ts';

export { JOURNAL_VERSION, parseSegmentName, SEGMENT_BYTES, segmentName } from './segment.ts';

/** `c2s` agent to server, `s2c` server to agent, `stderr` the server's diagnostics. */
export const Direction = z.enum(['c2s', 's2c', 'stderr']);
export type Direction = z.infer<typeof Direction>;

/**
 * The first line of a segment file `journal/<connection_id>.<segment>.cgj`. `mid_line` says per direction whether the
 * last byte written before this segment was no line end, so that a segment can be read without those before it.
 */
export const SegmentHeader = z.object({
  v: z.literal(JOURNAL_VERSION),
  journal: z.literal('callgrove'),
  connection_id: z.string(),
  segment: z.int().nonnegative(),
  started_at: z.string(),
  next_ordinal: z.int().nonnegative(),
  mid_line: z.object({ c2s: z.boolean(), s2c: z.boolean() }),
});
export type SegmentHeader = z.infer<typeof SegmentHeader>;

/**
 * Kinds of record. `chunk`: bytes as they arrived. `eof`: a direction ended (half-close). The others carry one JSON
 * document of the schema of their name. A reader skips kinds that it does not know.
 */
export const RecordKind = z.enum([
  'open',
  'chunk',
  'eof',
  'signal',
  'exit',
  'gap',
  'http',
  'decision',
  'altered',
  'filestate',
]);
export type RecordKind = z.infer<typeof RecordKind>;

/**
 * The head line of a record. `o` ordinal within the connection, over all segments; `t` wall time, epoch milliseconds;
 * `m` monotonic milliseconds since the proxy started; `d` only where a direction applies; `n` payload bytes.
 */
export const RecordHead = z.object({
  k: z.string(),
  o: z.int().nonnegative(),
  t: z.number(),
  m: z.number(),
  d: Direction.optional(),
  n: z.int().nonnegative(),
});
export type RecordHead = z.infer<typeof RecordHead>;

/** One process of the chain from the proxy upwards. `start` identifies it beyond a reused pid; null where unknown. */
export const ProcessFact = z.object({
  pid: z.int(),
  ppid: z.int().nullable(),
  start: z.string().nullable(),
  exe: z.string().nullable(),
  argv: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
});
export type ProcessFact = z.infer<typeof ProcessFact>;

/** The first record of a connection: facts that cannot be found out later. Private to the user, so argv is raw. */
export const OpenRecord = z.object({
  connection_id: z.string(),
  callgrove: z.string(),
  transport: z.enum(['stdio', 'http']),
  /** Of an HTTP server: scheme, host, port and path, without userinfo and query values. Absent before it was kept. */
  url: z.string().nullable().optional(),
  /** The configured headers' names in lower case, of credentials with a keyed fingerprint, else null. */
  headers: z.record(z.string(), z.string().nullable()).optional(),
  name: z.string().nullable(),
  argv: z.array(z.string()),
  cwd: z.string(),
  proxy_pid: z.int(),
  child: z.object({ pid: z.int(), start: z.string().nullable() }).nullable(),
  process_chain: z.array(ProcessFact),
  /** Names of variables that may prove the workspace root, with their values. */
  root_evidence: z.record(z.string(), z.string()),
  /** Every variable's name with the first 8 hex digits of HMAC-SHA-256(machine key, value). */
  environment: z.record(z.string(), z.string()),
  /**
   * Credentials by their place (`argv:--api-key`, `url:key`, and of tokens that say something of themselves
   * `env:NAME`, `header:name`): fingerprint as above, and what the token claims, unverified. Absent before they were kept.
   */
  credentials: z
    .record(
      z.string(),
      z.object({
        fingerprint: z.string().nullable(),
        claims: z
          .object({
            issuer: z.string().nullable(),
            subject: z.string().nullable(),
            scopes: z.array(z.string()).nullable(),
            expires_at: z.string().nullable(),
          })
          .nullable(),
      }),
    )
    .optional(),
  /** Values of the few variables that are no secret and say on what the run stood: PATH, HOME, LANG, … Absent before they were kept. */
  plain: z.record(z.string(), z.string()).optional(),
  platform: z.string(),
  runtime: z.string(),
  user: z.string().nullable(),
  boot_id: z.string().nullable(),
});
export type OpenRecord = z.infer<typeof OpenRecord>;

/** A signal that the proxy received or sent. */
export const SignalRecord = z.object({ signal: z.string(), to: z.enum(['proxy', 'child']), reason: z.string() });
export type SignalRecord = z.infer<typeof SignalRecord>;

/** The server's end, or why it never began (`error`). Exactly one of code, signal and error is set. */
export const ExitRecord = z.object({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  error: z.string().nullable(),
});
export type ExitRecord = z.infer<typeof ExitRecord>;

/**
 * One HTTP request of `run --url`, told when its answer is over. Between the agent and the proxy there are lines, as
 * with any server; this is how they travelled. Header values are not kept, but for `told`; of credentials there is a keyed fingerprint.
 */
export const HttpExchange = z.object({
  /** When it was sent, in the journal's monotonic milliseconds. */
  m: z.number(),
  method: z.enum(['POST', 'GET', 'DELETE']),
  /** JSON text of the ids of the requests that it carried, at most 20. */
  ids: z.array(z.string()),
  /** Null where no answer came. */
  status: z.int().nullable(),
  /** Null where they are those of the connection's last record that names any; the same for `response_headers`. */
  request_headers: z.record(z.string(), z.string().nullable()).nullable(),
  /** Also null where no answer came. */
  response_headers: z.record(z.string(), z.string().nullable()).nullable(),
  /** Of a refusal: headers that say why and when to come back, with their values; none of them is a credential. */
  told: z.record(z.string(), z.string()).optional(),
  /** From the request to the head of the answer, and to its end or its failure, in milliseconds. */
  headers_ms: z.number().nullable(),
  end_ms: z.number(),
  /** How often a broken stream had been asked for again before this request. */
  reconnects: z.int(),
  /** Why there is no answer of the server's; null where there is, or where none was due. */
  failure: z
    .object({
      error_class: z.string(),
      message: z.string(),
      /** The system's code where the way broke. */
      code: z.string().nullable(),
      /** The request may have been carried out. */
      may_have_run: z.boolean(),
    })
    .nullable(),
  /** The next line to the agent is made by the proxy, in place of the server's answer. */
  own_answer: z.boolean(),
});
export type HttpExchange = z.infer<typeof HttpExchange>;

/** HTTP requests in the order in which they ended. Those whose answers are the server's are gathered for a moment. */
export const HttpRecord = z.object({ exchanges: z.array(HttpExchange) });
export type HttpRecord = z.infer<typeof HttpRecord>;

/**
 * A line that did not pass as it came, in `enforce` or under a freeze only. What came stands in the chunks before; an
 * answer or a notification of the proxy's own is a line of the next `s2c` chunk.
 */
export const AlteredRecord = z.object({
  direction: z.enum(['c2s', 's2c']),
  /** Ordinal key of the line that came (base/ids.ts frameKey); null for one that the proxy added, or where it is lost. */
  frame: z.string().nullable(),
  why: z.enum(['denied', 'list_filtered', 'list_changed']),
  /** JSON text of the ids of the requests that the proxy answered itself, at most 1,000. */
  answered: z.array(z.string()),
  /** What passed in its place, without the line end; null where nothing did. */
  after: z.string().nullable(),
  /** Of a shortened list: the id of what the agent was shown, and the names of what it was not. */
  surface: z.string().nullable().optional(),
  hidden: z.array(z.string()).max(1000).optional(),
});
export type AlteredRecord = z.infer<typeof AlteredRecord>;

/** Chunks that could not be written. `bytes` is their sum; `reason` the system's error code. */
export const GapRecord = z.object({
  lost_chunks: z.object({ c2s: z.int(), s2c: z.int(), stderr: z.int() }),
  bytes: z.int(),
  reason: z.string(),
  since: z.string(),
  /** Per direction: does the first chunk after the gap continue a line whose start is lost? */
  mid_line: z.object({ c2s: z.boolean(), s2c: z.boolean() }),
});
export type GapRecord = z.infer<typeof GapRecord>;
