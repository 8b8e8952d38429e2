/** A source whose sessions and rows the test writes down, and whose answers it can hold back or make fail. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emitter } from '../../../daemon/base/events.ts';
import type { Change, FeedSource, WindowQuery, WindowResult } from '../../../daemon/feed/source.ts';
import { windowNews } from '../../../daemon/feed/windowDelta.ts';
import type { CallHead, SessionHead, TreeRow } from '../../../daemon/protocol/feed.ts';
import type { Call } from '../../../daemon/protocol/record.ts';
import { fakeManifest } from '../../support/fakeManifest.ts';
import { sessionHead as plainHead } from '../../support/heads.ts';

export interface ScriptedSource extends FeedSource {
  readonly rows: Map<string, TreeRow[]>;
  readonly heads: Map<string, SessionHead>;
  readonly calls_: Call[];
  /** What was asked, in order, e.g. `window ses_a`. */
  readonly asked: string[];
  /** Thrown by the next answers, until it is null again. */
  failure: unknown;
  /** Set: answers wait until `let` is called. */
  hold: boolean;
  let(): void;
  change(change: Partial<Change>): void;
  lag(journal_bytes: number, second_stage_calls: number): void;
  readonly acts: unknown[];
}

export function scriptedSource(): ScriptedSource {
  const changes = new Emitter<Change>();
  const lags = new Emitter<{ journal_bytes: number; second_stage_calls: number }>();
  const rows = new Map<string, TreeRow[]>();
  const heads = new Map<string, SessionHead>();
  const asked: string[] = [];
  const acts: unknown[] = [];
  const calls_: Call[] = [];
  const waiting: (() => void)[] = [];
  let rev = 0;
  const answer = async <T>(what: string, make: () => T): Promise<T> => {
    asked.push(what);
    if (source.hold) await new Promise<void>((resolve) => waiting.push(resolve));
    if (source.failure) throw source.failure;
    return make();
  };
  const source: ScriptedSource = {
    rows,
    heads,
    asked,
    acts,
    calls_,
    failure: null,
    hold: false,
    epoch: 'epoch-1',
    onChange: changes.on,
    onLag: lags.on,
    let() {
      for (const resolve of waiting.splice(0)) resolve();
    },
    change(change) {
      rev += 1;
      changes.fire({ rev, session_ids: [], removed_session_ids: [], ...change });
    },
    lag: (journal_bytes, second_stage_calls) => lags.fire({ journal_bytes, second_stage_calls }),
    status: () =>
      answer('status', () => ({
        callgrove: '0.0.0-dev',
        pid: process.pid,
        started_at: '2026-11-20T14:00:00.000Z',
        home: '/home',
        epoch: 'epoch-1',
        open_connections: 0,
        sessions: heads.size,
        calls: calls_.length,
        journal_bytes: 0,
        database_bytes: 0,
        artifact_bytes: 0,
        lag: { journal_bytes: 0, second_stage_calls: 0 },
        retention: { max_age_days: 14, max_bytes: 2e9 },
        notes: [],
      })),
    sessions: (_scope, limit) =>
      answer('sessions', () => ({ sessions: [...heads.values()].slice(-(limit ?? heads.size)), total: heads.size })),
    sessionHeads: (ids) =>
      answer(`heads ${ids.join(' ')}`, () => ids.flatMap((id) => (heads.has(id) ? [heads.get(id)!] : []))),
    resolve: (kind, text) =>
      answer(`resolve ${kind} ${text}`, () => {
        const found = [...heads.keys()].filter((id) => id.startsWith(text));
        if (found.length === 1) return { kind: 'found', id: found[0]! };
        return found.length === 0 ? { kind: 'none' } : { kind: 'ambiguous', candidates: found };
      }),
    window: (query, shown) =>
      answer(`window ${query.session_id}`, () => windowNews(shown, windowOf(rows.get(query.session_id) ?? [], query))),
    async *tree(sessionId) {
      asked.push(`tree ${sessionId}`);
      if (source.failure) throw source.failure;
      for (const row of rows.get(sessionId) ?? []) yield [row];
    },
    async *calls(query) {
      asked.push(`calls ${JSON.stringify(query)}`);
      if (source.failure) throw source.failure;
      for (const call of calls_) {
        yield [call];
        if (source.failure) throw source.failure;
      }
    },
    call: (id) => answer(`call ${id}`, () => calls_.find((call) => call.call_id === id) ?? null),
    detail: (id) => answer(`detail ${id}`, () => null),
    frame: (id, key, options) => answer(`frame ${id} ${key} ${JSON.stringify(options)}`, () => null),
    act: (action) =>
      answer('act', () => {
        acts.push(action);
        return { ok: true, session: null, prune: null };
      }),
    toolListing: (id) => answer(`tools of ${id}`, () => null),
    lanes: (id) => answer(`lanes of ${id}`, () => ({ lanes: [] })),
    denial: (id) => answer(`denial of ${id}`, () => null),
    contract: (server) => answer(`contract of ${server}`, () => null),
    denials: (query) => answer(`denials ${JSON.stringify(query)}`, () => ({ denials: [], total: 0, once: [] })),
    policy: () =>
      answer('policy', () => ({
        policy: { v: 1 as const, user: {}, origins: {}, repositories: {}, freezes: [], pinned: [], workspaces: [] },
        settings_file: '/home/.config/callgrove.jsonc',
        problems: [],
        freezes: [],
      })),
    verifiedPaths: () => answer('verified paths', () => ({ v: 1 as const, verifications: [] })),
    sessionHarness: (id) => answer(`harness of ${id}`, () => null),
    summary: (id) => answer(`summary of ${id}`, () => null),
    checkpoints: (id) => answer(`checkpoints of ${id}`, () => null),
    harnessList: () => answer('harness list', () => ({ captures: [], fresh: [] })),
    capture: (id) => answer(`capture ${id}`, () => null),
    fresh: (id) => answer(`fresh ${id}`, () => null),
    harnessDiff: (a, b) => answer(`diff ${a} ${b}`, () => null),
    runDiff: (a, b) => answer(`runs ${a} ${b}`, () => null),
    comparedHeads: (ids) => answer(`heads ${ids.join()}`, () => ({ heads: {} })),
    bundle: (sessionId, options, gone) =>
      answer(`bundle ${sessionId} ${JSON.stringify(options)}`, () => {
        const folder = mkdtempSync(join(tmpdir(), 'callgrove-packed-'));
        const file = join(folder, 'b');
        writeFileSync(file, 'PK-bytes');
        gone.addEventListener('abort', () => asked.push('gone'));
        const dispose = () => {
          rmSync(folder, { recursive: true, force: true });
          asked.push('disposed');
        };
        return { file, bytes: 8, manifest: fakeManifest(sessionId, options), dispose };
      }),
    keep: (captured) => answer(`keep ${captured.kind}`, () => ({ capture_ids: [], fresh_id: null, checkpoint: null })),
  };
  return source;
}

export function windowOf(
  rows: readonly TreeRow[],
  query: Pick<WindowQuery, 'from' | 'count' | 'follow'>,
): WindowResult {
  const from = query.follow ? Math.max(0, rows.length - query.count) : Math.min(query.from, rows.length);
  return { total: rows.length, from, rows: rows.slice(from, from + query.count), axis: { from: 0, to: rows.length } };
}

export function callRow(id: string, rev: number, change: Partial<CallHead> = {}): TreeRow {
  const call: CallHead = {
    call_id: id,
    session_id: 'ses_a',
    connection_id: 'con_1',
    parent_call_id: null,
    parent_candidates: 0,
    turn_id: null,
    depth: 0,
    children: 0,
    event: 'tool_call',
    direction: 'c2s',
    server: 'fs',
    method: 'tools/call',
    tool: 'read_file',
    summary: null,
    outcome: 'running',
    outcome_note: null,
    layers: { transport: null, rpc: null, tool: null },
    error_message: null,
    denial: null,
    once: null,
    started_at: 1,
    duration_ms: null,
    request_bytes: 10,
    response_bytes: null,
    rounds: 1,
    progress: null,
    late_answer_ms: null,
    evidence: null,
    findings: [],
    rev,
    ...change,
  };
  return { kind: 'call', call };
}

export function sessionHead(id: string, rev: number): SessionHead {
  return plainHead({ session: { session_id: id, title: id }, rev });
}
