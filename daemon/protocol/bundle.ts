/**
 * The session bundle: one session in one zip file, redacted, with hashes, readable without Callgrove. Declares the
 * manifest, the lines of each member, and how a bundle is read and written; what is redacted and what is cut is decided
 * by whoever writes one. Every text in a bundle is hostile to whoever reads it.
 */
import * as z from 'zod';
import { CALL_FRAME_ROLES, LOOSE_FRAME_ROLES, MEMBER } from './bundleNames.ts';
import { StoredCapture } from './captures.ts';
import { RunComparison } from './comparison.ts';
import { Denial } from './denial.ts';
import { ExitRecord } from './journal.ts';
import { OnceMark } from './policy.ts';
import { Call, Session } from './record.ts';
import { SessionSums } from './summary.ts';
import { Finding, TrailEvent } from './trail.ts';

export { CALL_FRAME_ROLES, HEAD_BYTES, LOOSE_FRAME_ROLES, MEMBER } from './bundleNames.ts';

/** Of the whole format. A newer one is refused by name, an older one upgraded step by step. */
export const BUNDLE_VERSION = 2;
export const BUNDLE_SUFFIX = '.callgrove.zip';
/** What issue trackers take. */
export const DEFAULT_BUNDLE_BYTES = 24_000_000;

/** Captures stand in `harness/<capture id>.json`. */
export const CAPTURE_MEMBER = /^harness\/cap_[0-9a-z]{1,40}\.json$/;

export function captureMember(captureId: string): string {
  return `harness/${captureId}.json`;
}

/** What a bundle may hold at most: a reader refuses what is larger before it reads it. */
export const BUNDLE_LIMITS = {
  /** Members, captures included. */
  members: 500,
  /** Bytes of one member, unpacked. */
  memberBytes: 4 * 1024 * 1024 * 1024,
  /** Bytes of all members, unpacked. */
  totalBytes: 8 * 1024 * 1024 * 1024,
  /** Unpacked for packed bytes, of a member over 1 MiB. Text that repeats itself reaches some hundreds. */
  ratio: 600,
  /** Bytes of a member that is read in one piece (JSON, README). */
  documentBytes: 64 * 1024 * 1024,
  /** Bytes of one line. */
  lineBytes: 32 * 1024 * 1024,
  /** Nesting of one JSON value. */
  depth: 200,
} as const;

/** How much of each frame stands in the bundle. `head`: the first 2 KiB; `shape`: names and types, no values. */
export const BodyLevel = z.enum(['full', 'head', 'shape', 'none']);
export type BodyLevel = z.infer<typeof BodyLevel>;

export const BundleOptions = z.object({
  bodies: BodyLevel,
  /** Are the texts of instruction files in it? Else their hashes are. */
  with_instructions: z.boolean(),
  /** Of the whole file; null for no limit. */
  max_bytes: z.number().nullable(),
  redact: z.boolean(),
  /** The session that `diff.json` compares with. */
  diff: z.string().nullable(),
  /** A part of the session: so many calls before and after one. null for all of it. */
  around: z.object({ call_id: z.string(), calls: z.int() }).nullable(),
});
export type BundleOptions = z.infer<typeof BundleOptions>;

/** What was found, without its value: so often, by this rule, at this place of this member. */
export const RedactionEntry = z.object({
  rule: z.string(),
  member: z.string(),
  /** Names of members from the record's root on, `[]` for items: `input_summary.requested_path`, `texts.*`. */
  where: z.string(),
  count: z.int(),
  /** `secret` becomes `<secret:rule#digits>`; `home` the home folder, now `~`; the others a name of their kind. */
  placeholder: z.enum(['secret', 'home', 'user', 'host', 'email']),
});
export type RedactionEntry = z.infer<typeof RedactionEntry>;

/** What is not in the bundle though the session has it. */
export const CutEntry = z.object({
  what: z.enum(['bodies', 'frames', 'calls', 'instructions', 'captures', 'report', 'diff', 'denials', 'findings']),
  count: z.int(),
  /** In one sentence. */
  why: z.string(),
});
export type CutEntry = z.infer<typeof CutEntry>;

export const BundleMember = z.object({
  name: z.string(),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BundleMember = z.infer<typeof BundleMember>;

/** `manifest.json`: written last, so that it knows every other member. */
export const Manifest = z.object({
  bundle: z.literal('callgrove'),
  v: z.literal(BUNDLE_VERSION),
  /** The version that wrote it. */
  callgrove: z.string(),
  /** Versions of the proxies that recorded it, distinct. */
  adapters: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
  created_at: z.string(),
  session_id: z.string(),
  /** `imported`: written from an imported bundle, that one's manifest saying so in turn. */
  source: z.object({ kind: z.enum(['recorded', 'imported']), imported_at: z.string().nullable() }),
  options: BundleOptions,
  counts: z.object({
    calls: z.int(),
    frames: z.int(),
    denials: z.int(),
    findings: z.int(),
    captures: z.int(),
  }),
  /** false: nothing was masked beyond what the database holds masked already. */
  redacted: z.boolean(),
  redaction: z.array(RedactionEntry),
  cut: z.array(CutEntry),
  members: z.array(BundleMember),
});
export type Manifest = z.infer<typeof Manifest>;
/** What is known of a bundle before its members are: what report.html is made with. */
export type ManifestDraft = Omit<Manifest, 'members'>;

/** `GET /api/sessions/ID/bundle?preview=1`: what would be in it, and its size. */
export const BundlePreview = z.object({ bytes: z.number(), manifest: Manifest });
export type BundlePreview = z.infer<typeof BundlePreview>;

/** A server as the agent was connected to it. */
export const BundledConnection = z.object({
  connection_id: z.string(),
  server: z.string(),
  server_name: z.string().nullable(),
  server_version: z.string().nullable(),
  transport: z.enum(['stdio', 'http', 'unknown']),
  /** The server's command line, masked; empty where it has none or nothing tells of it. */
  command: z.array(z.string()),
  /** Where it was started. */
  cwd: z.string().nullable(),
  /** Names of the variables that were set, no values. */
  variables: z.array(z.string()),
  url: z.string().nullable(),
  protocol_version: z.string().nullable(),
  /** The proxy's version. */
  callgrove: z.string().nullable(),
  opened_at: z.string(),
  ended_at: z.string().nullable(),
  /** `killed`: the proxy left no word of how its server ended. null while it is open. */
  ended_how: z.enum(['exit', 'killed']).nullable(),
  exit: ExitRecord.nullable(),
  /** It had been told to stop. */
  stopped: z.boolean(),
  /** Calls that had no answer when it ended. */
  lost_calls: z.int(),
});
export type BundledConnection = z.infer<typeof BundledConnection>;

/** Chunks that the journal could not take. */
export const BundledGap = z.object({
  gap_id: z.string(),
  connection_id: z.string(),
  at: z.string(),
  lost_chunks: z.int(),
  bytes: z.int(),
  reason: z.string(),
});
export type BundledGap = z.infer<typeof BundledGap>;

/** `session.json` */
export const BundledSession = z.object({
  v: z.literal(1),
  session: Session,
  connections: z.array(BundledConnection),
  gaps: z.array(BundledGap),
  /** Events that are no calls, in order. */
  trail: z.array(TrailEvent),
  /** What the user allowed once, for a call of it that was refused or that passed; null where whoever wrote it did not tell. */
  once: z.array(OnceMark).nullable(),
  /** All of its calls added up, those that are not in the bundle too; null where whoever wrote it did not add up. */
  sums: SessionSums.nullable(),
});
export type BundledSession = z.infer<typeof BundledSession>;

/**
 * A line of `frames.ndjson`: one JSON-RPC message, as it stood on the wire but for what is masked. First those that
 * belong to no call of the bundle, connection by connection, then those of the calls, in the order of the calls.
 */
export const FrameLine = z.object({
  v: z.literal(1),
  /** null: it belongs to no call, or to one of a handshake that is not among the calls of the bundle. */
  call_id: z.string().nullable(),
  connection_id: z.string(),
  /** Names the frame in its connection (base/ids.ts). */
  key: z.string(),
  role: z.enum([...CALL_FRAME_ROLES, ...LOOSE_FRAME_ROLES]),
  /** `s2c` also for stderr. */
  direction: z.enum(['c2s', 's2c']),
  at: z.string(),
  /** Monotonic ms since the proxy started. */
  mono: z.number(),
  /** Of the frame on the wire. */
  bytes: z.int(),
  /** What `body` is. `gone`: retention took the bytes. */
  kept: z.enum(['full', 'head', 'shape', 'none', 'gone']),
  /** The message's text, not its value: numbers, order and repeated names stay as they were. */
  body: z.string().nullable(),
});
export type FrameLine = z.infer<typeof FrameLine>;

/** One of a call of the bundle. */
export type CallFrameLine = FrameLine & {
  readonly call_id: string;
  readonly role: (typeof CALL_FRAME_ROLES)[number];
};

/** The schema of each line or document, by member. `calls.ndjson` holds Call, of which later versions may say more. */
export const MEMBER_SCHEMA = {
  [MEMBER.session]: BundledSession,
  [MEMBER.calls]: Call,
  [MEMBER.frames]: FrameLine,
  [MEMBER.denials]: Denial,
  [MEMBER.findings]: Finding,
  [MEMBER.diff]: RunComparison,
} as const;
export const CaptureDocument = StoredCapture;

/** Members with one JSON value a line. */
export type LineMember = typeof MEMBER.calls | typeof MEMBER.frames | typeof MEMBER.denials | typeof MEMBER.findings;

/**
 * The members of a bundle, whatever they stand in. What is handed out is checked against its schema; a member that is
 * not there has no lines, and its document is null.
 */
export interface BundleMembers {
  /** In the order of the file, the manifest left out. */
  readonly names: readonly string[];
  session(): Promise<BundledSession>;
  calls(): AsyncIterable<Call>;
  frames(): AsyncIterable<FrameLine>;
  denials(): AsyncIterable<Denial>;
  findings(): AsyncIterable<Finding>;
  /** The captures in `harness/`, in the order of their names. */
  captures(): AsyncIterable<StoredCapture>;
  diff(): Promise<RunComparison | null>;
}

/** A bundle on disk. Whoever opened it disposes it. */
export interface BundleReader extends BundleMembers {
  readonly manifest: Manifest;
  /** A member's text in pieces, unchecked: report.html, README.md. */
  text(name: string): AsyncIterable<string>;
  dispose(): void;
}

/** Makes `report.html` of members that are redacted already, as pieces of text. */
export interface ReportBuilder {
  (members: BundleMembers, draft: ManifestDraft): AsyncIterable<string>;
  /** What stands before its blocks of calls: for whoever makes those while the members are made. */
  opening(session: BundledSession): string;
  /** What stands behind them. @param calls so many stand in the blocks */
  ending(members: BundleMembers, draft: ManifestDraft, calls: number): AsyncIterable<string>;
}
