/**
 * Gathers what a bug report of one call is made of: a small bundle beside it, and out of a wider one, which is thrown
 * away again, the messages that may be needed to reproduce it. Both are masked as bundles are; nothing else is read.
 */
import { rmSync } from 'node:fs';
import { arch, release } from 'node:os';
import { join } from 'node:path';
import { callsWithFrames, looseFrames, type ReportCall } from './bundle/callsWithFrames.ts';
import type { IssueFacts } from './bundle/issueText.ts';
import { readBundle } from './bundle/readBundle.ts';
import { type ReproChoice, reproPlan } from './bundle/reproPlan.ts';
import { ExportError, type ExportSource, exportSession } from './exportSession.ts';
import { bodyTexts, frameSide } from './model/bodyTexts.ts';
import type { BundleMembers, FrameLine } from './protocol/bundle.ts';
import type { StoredCapture } from './protocol/captures.ts';
import type { Call } from './protocol/record.ts';

export interface ReportRequest {
  readonly session_id: string;
  readonly call_id: string;
  /** The bundle's file. */
  readonly file: string;
  readonly force: boolean;
  readonly at: Date;
}

export interface Gathered {
  readonly facts: Omit<IssueFacts, 'verdict' | 'bundle'>;
  readonly plan: ReproChoice;
}

/** Calls before and after: in the bundle, and those among which the needed ones are looked for. */
const BESIDE = 20;
const LOOKED_THROUGH = 1000;
/** Of the agent's frames that belong to no call so many are looked through. */
const HANDSHAKE_FRAMES = 100;
/** What a tracker takes. */
const MOST_BYTES = 24_000_000;

/** @throws ExportError where the session, or the call in it, is not there */
export async function gatherReport(source: ExportSource, request: ReportRequest): Promise<Gathered> {
  const { session_id, call_id, file, force, at } = request;
  const common = { with_instructions: false, redact: true, diff: null };
  const export_ = (
    options: { bodies: 'head' | 'full'; calls: number; max: number | null },
    to: string,
    from = source,
  ) =>
    exportSession(from, {
      ...{ session_id, at, force, file: to, onProgress: () => {} },
      options: { ...common, bodies: options.bodies, max_bytes: options.max, around: { call_id, calls: options.calls } },
    });
  const small = await export_({ bodies: 'head', calls: BESIDE, max: MOST_BYTES }, file);
  try {
    const wide = join(source.temporary, `callgrove-report-${process.pid}-${at.getTime()}.zip`);
    const whole = await export_({ bodies: 'full', calls: LOOKED_THROUGH, max: null }, wide, {
      ...source,
      report: null,
    });
    try {
      whole.keep();
      const reader = await readBundle(wide, {});
      try {
        const gathered = await read(reader, call_id, small.manifest);
        small.keep();
        return gathered;
      } finally {
        reader.dispose();
      }
    } finally {
      whole.dispose();
      rmSync(wide, { force: true });
    }
  } finally {
    small.dispose();
  }
}

async function read(members: BundleMembers, callId: string, draft: IssueFacts['draft']): Promise<Gathered> {
  const bundled = await members.session();
  const kept: ReportCall[] = [];
  let failing: ReportCall | null = null;
  for await (const one of callsWithFrames(members)) {
    if (one.call.call_id === callId) failing = one;
    kept.push(one.call.call_id === callId ? one : { call: one.call, frames: neededFrames(one) });
    if (failing !== null && one.call.timestamp > endOf(failing.call)) break;
  }
  if (failing === null) throw new ExportError('not_found', `there is no call ${callId} in the session`);
  const { call, frames } = failing;
  const connection = bundled.connections.find((one) => one.connection_id === call.connection_id) ?? null;
  const own = kept.filter((one) => one.call.connection_id === call.connection_id);
  const plan = reproPlan(call, own, connection, await handshakeOf(members, call.connection_id));
  const side = (role: FrameLine['role']) => frameSide(frames.find((frame) => frame.role === role));
  return {
    plan,
    facts: {
      ...{ session: bundled.session, call, connection, draft, plan },
      bodies: bodyTexts(call.method, side('request'), side('response')),
      capture: await firstCapture(members),
      machine: { node: process.versions.node, os: `${process.platform} ${release()} ${arch()}` },
    },
  };
}

const NEEDED: ReadonlySet<FrameLine['role']> = new Set(['request', 'round', 'response']);

/** What the client asked, and what it answered: the rest of a session may be large. */
function neededFrames({ frames }: ReportCall): ReportCall['frames'] {
  return frames.filter(({ role, direction }) => direction === 'c2s' && NEEDED.has(role));
}

/** What the agent said before its first call stands among the frames that belong to none. */
async function handshakeOf(members: BundleMembers, connectionId: string): Promise<FrameLine[]> {
  const kept: FrameLine[] = [];
  for await (const line of looseFrames(members))
    if (line.connection_id === connectionId && line.direction === 'c2s' && kept.length < HANDSHAKE_FRAMES)
      kept.push(line);
  return kept;
}

function endOf({ timestamp, duration_ms }: Call): string {
  return new Date(Date.parse(timestamp) + (duration_ms ?? 0)).toISOString();
}

async function firstCapture(members: BundleMembers): Promise<StoredCapture | null> {
  let first: StoredCapture | null = null;
  for await (const one of members.captures())
    if (first === null || one.head.captured_at < first.head.captured_at) first = one;
  return first;
}
