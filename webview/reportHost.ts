/**
 * The host of a page that is a report: answers everything out of the data in the file, at once, and keeps nothing. What
 * only a daemon could answer fails in words.
 */
import { Emitter } from '../daemon/base/events.ts';
import { DisposableStore } from '../daemon/base/lifecycle.ts';
import { bodyTexts } from '../daemon/model/bodyTexts.ts';
import { axisOf, pieceOf, shownRows } from '../daemon/model/rowWindow.ts';
import type { CallDetail, FrameView } from '../daemon/protocol/callDetail.ts';
import { FEED_VERSION, type ServerMessage, type Subscribe, type TreeRow } from '../daemon/protocol/feed.ts';
import type { ReportFrame } from '../daemon/protocol/report.ts';
import { parseAddress } from './address.ts';
import type { Ask, Host, ToPage } from './bridge.ts';
import type { Document, Wish } from './documents.ts';
import type { ReportData } from './reportData.ts';

export function reportHost(data: ReportData): Host {
  const store = new DisposableStore();
  const messages = store.add(new Emitter<ToPage>());
  const { about, head } = data.start;
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
          callgrove: about.callgrove,
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
  const axis = axisOf(data.rows);
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
  if (ask.ask === 'act') return failed('a report changes nothing.');
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

function documentOf({ start }: ReportData, wish: Wish): Document | null {
  const { harness, captures, denials } = start;
  switch (wish.what) {
    case 'session':
      return { what: 'session', value: harness ?? noHarness(wish.id) };
    case 'denials':
      return { what: 'denials', value: { denials, total: denials.length } };
    case 'capture': {
      const stored = [harness?.first ?? null, ...captures].find((one) => one?.head.capture_id === wish.id);
      return stored ? { what: 'capture', value: stored } : null;
    }
    case 'list':
      return { what: 'list', value: { captures: harness?.captures ?? [], fresh: [] } };
    default:
      return null;
  }
}

function noHarness(session_id: string) {
  return { session_id, captures: [], first: null, since: null, trail: [], findings: [], changed_retries: [] };
}

function detailOf(call: Record<string, unknown>, frames: readonly ReportFrame[]): CallDetail {
  const request = frames.find(({ role }) => role === 'request');
  const response = frames.find(({ role }) => role === 'response');
  const texts = bodyTexts(String(call.method), sideOf(request), sideOf(response));
  return {
    call,
    ...texts,
    result_truncated: response?.cut === true,
    join: {},
    gone: [],
    transport: null,
    frames: frames.map(({ key, role, direction, at, bytes }) => ({ key, role, direction, at, byte_length: bytes })),
  };
}

function sideOf(frame: ReportFrame | undefined) {
  const text = frame?.text ?? null;
  if (text === null || frame?.cut) return { text };
  try {
    const value: unknown = JSON.parse(text);
    return { value, text: null };
  } catch {
    return { text };
  }
}

function frameView(
  { key, role, direction, at, bytes, text, cut }: ReportFrame,
  { offset, limit }: Extract<Ask, { ask: 'frame' }>,
): FrameView {
  const shown = text === null ? null : text.slice(offset, offset + limit);
  return {
    ...{ key, role, direction, at, byte_length: bytes, text: shown, offset, raw: false, redactions: 0 },
    total_chars: cut || text === null ? null : text.length,
    truncated: text !== null && offset + limit < text.length,
  };
}
