/** What lists say of a session beside its record, and the rows of its tree that are no calls, out of a bundle's members. */
import type { BundledConnection, BundledSession } from '../protocol/bundle.ts';
import { type CaptureHead, NOTHING_BEFORE } from '../protocol/captures.ts';
import type { SessionHead, TreeRow } from '../protocol/feed.ts';
import type { TrailEvent } from '../protocol/trail.ts';
import type { BesideRow } from './callTree.ts';
import { isServerFailure } from './connectionEnd.ts';
import { isShown } from './rowWindow.ts';

/** @param rows of its calls; @param captures in the order of their time */
export function bundledHead(
  { session, connections, gaps }: BundledSession,
  rows: readonly TreeRow[],
  captures: readonly CaptureHead[],
): SessionHead {
  const calls = rows.filter((row) => row.kind === 'call').filter((row) => isShown(row));
  let lastAt = Date.parse(session.ended_at ?? session.started_at);
  for (const { call } of calls) lastAt = Math.max(lastAt, call.started_at + (call.duration_ms ?? 0));
  return {
    session,
    calls: calls.length,
    running_calls: calls.filter(({ call }) => call.outcome === 'running').length,
    open_connections: connections.filter(({ ended_at }) => ended_at === null).length,
    gaps: gaps.length,
    denials: calls.filter(({ call }) => call.denial !== null).length,
    servers: [...new Set(connections.map(({ server }) => server))].sort(),
    workbench: captures[0]?.sentence ?? null,
    folded: false,
    listed_in: [],
    last_at: lastAt,
    rev: 0,
  };
}

/** What the session woke up on, then the others in the order of their time. The end of a server is one where it went wrong or left calls without an answer. */
export function besideRows(
  { connections, gaps, trail }: BundledSession,
  captures: readonly CaptureHead[],
): readonly BesideRow[] {
  const rows: BesideRow[] = [];
  for (const { gap_id, connection_id, at, lost_chunks, bytes, reason } of gaps)
    rows.push({ kind: 'gap', gap_id, connection_id, at: Date.parse(at), lost_chunks, bytes, reason, rev: 0 });
  for (const connection of connections) {
    const row = endRow(connection);
    if (row !== null) rows.push(row);
  }
  const [first] = captures;
  for (const event of trail) {
    const row = trailRow(
      event,
      captures.find(({ capture_id }) => capture_id === event.after),
    );
    if (row !== null) rows.push(row);
  }
  return [...(first ? [benchRow(first)] : []), ...rows.sort((a, b) => a.at - b.at)];
}

/** A row of the tree that stands for an event of the trail. */
export type TrailRow = Exclude<BesideRow, { kind: 'gap' | 'event' }>;

/** What such a row has beside its sentence, whatever kind it is; empty what its kind does not have. */
export interface TrailRowFacts {
  readonly server: string;
  readonly before: string;
  /** Names what the row is about: a capture, a freeze, a checkpoint, or what stands there now. */
  readonly after: string;
  readonly harness_id: string;
  readonly changes: number | null;
}

/** The row of a kind, from an event of a bundle or from a row of the database. */
export function trailRowOf(
  kind: TrailRow['kind'],
  common: Pick<TrailRow, 'event_id' | 'at' | 'sentence' | 'rev'>,
  { server, before, after, harness_id, changes }: TrailRowFacts,
): TrailRow {
  switch (kind) {
    case 'workbench':
      return { kind, ...common, capture_id: after, harness_id, changes };
    case 'harness_changed':
      return { kind, ...common, capture_id: after, before, harness_id, changes: changes ?? 0 };
    case 'contract_changed':
    case 'credential_changed':
      return { kind, ...common, server, before, after };
    case 'frozen':
    case 'thawed':
      return { kind, ...common, freeze_id: after };
    case 'checkpoint':
    case 'test_result':
      return { kind, ...common, checkpoint_id: after };
    default:
      return kind satisfies never;
  }
}

/** What the session woke up on. @param capture its first */
export function benchRow({ capture_id, harness_id, captured_at, changes, sentence }: CaptureHead): TrailRow {
  const common = {
    event_id: `bench:${capture_id}`,
    at: Date.parse(captured_at),
    sentence: sentence ?? NOTHING_BEFORE,
    rev: 0,
  };
  return trailRowOf('workbench', common, { server: '', before: '', after: capture_id, harness_id, changes });
}

/** null for an event that has no row of its own: a denial stands with its call. @param capture the one that it names, where it is there */
export function trailRow(event: TrailEvent, capture: CaptureHead | undefined): TrailRow | null {
  const { event_id, kind, at, sentence, after } = event;
  if (kind === 'denial') return null;
  const { harness_id = '', changes = null } = capture ?? {};
  return trailRowOf(
    kind,
    { event_id, at: Date.parse(at), sentence, rev: 0 },
    { server: event.server ?? '', before: event.before ?? '', after, harness_id, changes },
  );
}

function endRow(connection: BundledConnection): BesideRow | null {
  const { connection_id, server, transport, ended_at, ended_how: how, exit, stopped, lost_calls } = connection;
  if (ended_at === null || how === null || transport === 'unknown') return null;
  const end = { transport, how, exit, stopped };
  if (!isServerFailure(end) && lost_calls === 0) return null;
  const at = Date.parse(ended_at);
  const common = {
    event_id: `end:${connection_id}`,
    event: 'disconnected' as const,
    connection_id,
    server,
    at,
    rev: 0,
  };
  return { kind: 'event', ...common, ...end, lost_calls };
}
