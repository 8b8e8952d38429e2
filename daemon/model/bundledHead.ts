/** What lists say of a session beside its record, and the rows of its tree that are no calls, out of a bundle's members. */
import type { BundledConnection, BundledSession } from '../protocol/bundle.ts';
import type { CaptureHead } from '../protocol/captures.ts';
import type { SessionHead, TreeRow } from '../protocol/feed.ts';
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
  const first = captures[0];
  const bench: BesideRow[] = [];
  if (first) {
    const { capture_id, harness_id, captured_at, changes } = first;
    const sentence = first.sentence ?? 'the first capture of this agent here';
    const common = { event_id: `bench:${capture_id}`, at: Date.parse(captured_at), capture_id, harness_id, rev: 0 };
    bench.push({ kind: 'workbench', ...common, sentence, changes });
  }
  for (const { event_id, kind, at, sentence, server, before, after } of trail) {
    const common = { event_id, at: Date.parse(at), sentence, rev: 0 };
    if (kind === 'frozen' || kind === 'thawed') rows.push({ kind, ...common, freeze_id: after });
    else if (kind === 'contract_changed')
      rows.push({ kind, ...common, server: server ?? '', before: before ?? '', after });
    else if (kind === 'harness_changed') {
      const capture = captures.find(({ capture_id }) => capture_id === after);
      const { harness_id = '', changes = null } = capture ?? {};
      rows.push({ kind, ...common, capture_id: after, before: before ?? '', harness_id, changes: changes ?? 0 });
    }
  }
  return [...bench, ...rows.sort((a, b) => a.at - b.at)];
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
