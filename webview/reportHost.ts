/**
 * The host of a page that is a report: answers everything out of the data in the file, at once, and keeps nothing. What
 * only a daemon could answer fails in words.
 */
import { Emitter } from '../daemon/base/events.ts';
import { DisposableStore } from '../daemon/base/lifecycle.ts';
import { bodyTexts, frameSide } from '../daemon/model/bodyTexts.ts';
import { pieceOf, shownRows } from '../daemon/model/rowWindow.ts';
import type { CallDetail, FrameView } from '../daemon/protocol/callDetail.ts';
import type { SessionHarness } from '../daemon/protocol/captures.ts';
import type { ComparedHead } from '../daemon/protocol/comparison.ts';
import { FEED_VERSION, type ServerMessage, type Subscribe, type TreeRow } from '../daemon/protocol/feed.ts';
import type { ReportFrame, ReportStart } from '../daemon/protocol/report.ts';
import { parseAddress } from './address.ts';
import type { Ask, Host, ToPage } from './bridge.ts';
import type { Document, Wish } from './documents.ts';
import type { ReportData } from './reportData.ts';

export function reportHost(data: ReportData): Host {
  const store = new DisposableStore();
  const messages = store.add(new Emitter<ToPage>());
  const { start, head } = data;
  const { code: _, ...shown } = parseAddress(location.hash);
  const windowOf = windows(data);
  // Answers come after the question's own step, as from any host.
  const say = (message: ToPage) => queueMicrotask(() => messages.fire(message));
  return {
    start: { ...shown, session: head.session.session_id },
    onMessage: messages.on,
    send(message) {
      if (message.type === 'ready') {
        const hello: ServerMessage = {
          type: 'hello',
          feed: FEED_VERSION,
          callgrove: start.about.callgrove,
          epoch: 'report',
          seq: 0,
          sessions: [head],
          total_sessions: 1,
        };
        say({ type: 'link', link: { kind: 'open' } });
        say({ type: 'feed', message: hello });
      } else if (message.type === 'feed') {
        if (message.message.type === 'subscribe') say(windowOf(message.message));
      } else if (message.type === 'ask') say(answerTo(data, message.ask));
    },
    dispose: () => store.dispose(),
  };
}

/** Answers subscriptions; what a filter lets through is kept while only the place in it changes. */
function windows(data: ReportData): (wanted: Subscribe) => ToPage {
  const { session, last_at } = data.head;
  const axis = { from: Date.parse(session.started_at), to: last_at };
  let kept: { readonly key: string; readonly rows: readonly TreeRow[] | null } | null = null;
  return (wanted) => {
    const { id, filter, everything, collapsed } = wanted;
    const key = JSON.stringify([filter, everything, collapsed]);
    if (kept?.key !== key) kept = { key, rows: shownRows(data.rows, wanted, data.holds) };
    const wrong = { type: 'error' as const, seq: 0, id, code: 'bad_filter', message: 'The filter cannot be read.' };
    if (kept.rows === null) return { type: 'feed', message: wrong };
    return { type: 'feed', message: { type: 'window', seq: 0, id, ...pieceOf(kept.rows, wanted), axis } };
  };
}

function answerTo(data: ReportData, ask: Ask): ToPage {
  const failed = (message: string): ToPage => ({ type: 'failed', ask, code: 'not_here', message });
  if (ask.ask === 'act' || ask.ask === 'export') return failed('a report changes nothing.');
  if (ask.ask === 'document') {
    const document = documentOf(data, ask.wish);
    return document === null ? failed('It is not in this report.') : { type: 'document', wish: ask.wish, document };
  }
  const found = data.detail(ask.call_id);
  if (found === null) return failed('This call is not in the report.');
  if (ask.ask === 'detail') return { type: 'detail', call_id: ask.call_id, detail: detailOf(found.call, found.frames) };
  const frame = found.frames.find(({ key }) => key === ask.key);
  return frame === undefined
    ? failed('This frame is not in the report.')
    : { type: 'frame', call_id: ask.call_id, frame: frameView(frame, ask) };
}

function documentOf({ start, head, rows }: ReportData, wish: Wish): Document | null {
  const { captures, denials, diff } = start;
  switch (wish.what) {
    case 'session':
      return { what: 'session', value: harnessOf(start, head.session.session_id) };
    case 'denials':
      return { what: 'denials', value: { denials, total: denials.length, once: start.session.once ?? [] } };
    case 'capture': {
      const stored = captures.find((one) => one.head.capture_id === wish.id);
      return stored ? { what: 'capture', value: stored } : null;
    }
    case 'list':
      return { what: 'list', value: { captures: captures.map((one) => one.head), fresh: [] } };
    case 'summary': {
      const { session, sums } = start.session;
      return sums && { what: 'summary', value: { ...sums, session, findings: start.findings } };
    }
    case 'runs':
      return diff === null ? null : { what: 'runs', value: diff };
    case 'heads':
      return { what: 'heads', value: { heads: headsOf(rows, new Set(wish.calls)) } };
    default:
      return null;
  }
}

/** Those of the other session are not here. */
function headsOf(rows: readonly TreeRow[], wanted: ReadonlySet<string>): Record<string, ComparedHead> {
  const heads = rows.flatMap((row): [string, ComparedHead][] => {
    if (row.kind !== 'call' || !wanted.has(row.call.call_id)) return [];
    const { call_id, server, tool, method, summary, outcome, error_message, duration_ms } = row.call;
    return [[call_id, { call_id, server, tool: tool ?? method, summary, outcome, error_message, duration_ms }]];
  });
  return Object.fromEntries(heads);
}

function harnessOf({ session, captures, findings }: ReportStart, session_id: string): SessionHarness {
  return {
    session_id,
    captures: captures.map(({ head }) => head),
    first: captures[0] ?? null,
    since: null,
    trail: session.trail,
    findings,
    changed_retries: [],
  };
}

function detailOf(call: Record<string, unknown>, frames: readonly ReportFrame[]): CallDetail {
  const request = frames.find(({ role }) => role === 'request');
  const response = frames.find(({ role }) => role === 'response');
  const texts = bodyTexts(String(call.method), frameSide(request), frameSide(response));
  return {
    call,
    ...texts,
    result_truncated: response?.kept === 'head',
    join: {},
    gone: [],
    transport: null,
    altered: null,
    frames: frames.map((frame) => headOf(frame)),
  };
}

function headOf({ key, role, direction, at, bytes }: ReportFrame) {
  return { key, role, direction, at: Date.parse(at), byte_length: bytes };
}

function frameView(frame: ReportFrame, { offset, limit }: Extract<Ask, { ask: 'frame' }>): FrameView {
  const { body, kept } = frame;
  return {
    ...headOf(frame),
    text: body === null ? null : body.slice(offset, offset + limit),
    offset,
    total_chars: kept === 'head' || body === null ? null : body.length,
    truncated: body !== null && offset + limit < body.length,
    redactions: 0,
    raw: false,
  };
}
