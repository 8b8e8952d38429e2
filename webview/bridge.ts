/**
 * The page's whole dialogue with its host, as two unions, and how an ask stands in the daemon's HTTP interface. A host
 * is a browser tab's own code (browserHost.ts) or an editor's extension, which holds the token itself and relays.
 * Declares the language; sends and draws nothing.
 */
import * as z from 'zod';
import type { Disposable } from '../daemon/base/lifecycle.ts';
import { Action, ActionResult, ApiError } from '../daemon/protocol/api.ts';
import { BodyLevel, BundlePreview } from '../daemon/protocol/bundle.ts';
import { CallDetail, FrameView } from '../daemon/protocol/callDetail.ts';
import { DifferenceGroup } from '../daemon/protocol/comparison.ts';
import { ClientMessage, ServerMessage, SessionHead } from '../daemon/protocol/feed.ts';
import { Place } from '../daemon/protocol/harness.ts';
import { Document, readDocument, Wish, wishPath } from './documents.ts';
import { View } from './view.ts';

/** What is to be in a bundle. Nothing leaves unmasked from a page. */
export const ExportWish = z.object({ bodies: BodyLevel, with_instructions: z.boolean() });
export type ExportWish = z.infer<typeof ExportWish>;

/** What the page wants to know or done, once. */
export const Ask = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('detail'), call_id: z.string() }),
  z.object({
    ask: z.literal('frame'),
    call_id: z.string(),
    key: z.string(),
    raw: z.boolean(),
    offset: z.int().nonnegative(),
    /** Characters. */
    limit: z.int().positive(),
  }),
  z.object({ ask: z.literal('document'), wish: Wish }),
  z.object({ ask: z.literal('act'), action: Action }),
  z.object({ ask: z.literal('export'), session_id: z.string(), wish: ExportWish }),
]);
export type Ask = z.infer<typeof Ask>;

/** What the page shows: kept by the host over a reload, and set by it where somebody opens a session from outside. */
export const Shown = z.object({
  session: z.string().nullable(),
  call: z.string().nullable(),
  /** Without it the calls. */
  view: View.optional(),
});
export type Shown = z.infer<typeof Shown>;

/** How the page stands with the daemon. */
export const Link = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connecting'), attempt: z.int() }),
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('waiting'), attempt: z.int(), /** Epoch ms. */ retry_at: z.number() }),
  /** Trying again would not help. */
  z.object({ kind: z.literal('refused'), reason: z.enum(['signed_out', 'code_used', 'forbidden', 'version']) }),
]);
export type Link = z.infer<typeof Link>;

export const ToHost = z.discriminatedUnion('type', [
  /** The page can hear: the host connects, and from now on says how the link stands. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('feed'), message: ClientMessage }),
  z.object({ type: z.literal('ask'), ask: Ask }),
  /** Do not wait for the next attempt. */
  z.object({ type: z.literal('retry') }),
  /** Make the bundle and save it as a download of the browser's. */
  z.object({ type: z.literal('save_export'), session_id: z.string().max(100), wish: ExportWish }),
  /** The editor has a way of its own to export. */
  z.object({ type: z.literal('export_session'), session_id: z.string().max(100) }),
  /** This is shown now: what to come back to. */
  z.object({ type: z.literal('shown'), shown: Shown }),
  /** Open a file that a capture names; only an editor can. */
  z.object({ type: z.literal('open_file'), root: z.string().max(4096), place: Place, path: z.string().max(4096) }),
  /** Show both texts behind a difference of two captures in the editor's own diff. */
  z.object({
    type: z.literal('open_diff'),
    a: z.string().max(200),
    b: z.string().max(200),
    group: DifferenceGroup,
    item: z.string().max(4096),
  }),
]);
export type ToHost = z.infer<typeof ToHost>;

export const ToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('link'), link: Link }),
  z.object({ type: z.literal('feed'), message: ServerMessage }),
  z.object({ type: z.literal('detail'), call_id: z.string(), detail: CallDetail }),
  z.object({ type: z.literal('frame'), call_id: z.string(), frame: FrameView }),
  z.object({ type: z.literal('document'), wish: Wish, document: Document }),
  z.object({ type: z.literal('export'), session_id: z.string(), wish: ExportWish, preview: BundlePreview }),
  /** The bundle was handed to the browser, or could not be made. */
  z.object({ type: z.literal('saved'), failure: z.string().nullable() }),
  z.object({ type: z.literal('acted'), session: SessionHead.nullable(), sentence: z.string().optional() }),
  /** Show this. */
  z.object({ type: z.literal('show'), shown: Shown }),
  /** Every ask gets an answer; this is the one that failed. */
  z.object({ type: z.literal('failed'), ask: Ask, code: z.string(), message: z.string() }),
]);
export type ToPage = z.infer<typeof ToPage>;
/** What changes what the page knows; `show` is a wish like a click. */
export type News = Exclude<ToPage, { type: 'show' }>;

export interface Host extends Disposable {
  /** What to begin with: the URL's, or what was shown before a reload. */
  readonly start: Shown;
  send(message: ToHost): void;
  readonly onMessage: (listener: (message: ToPage) => void) => Disposable;
}

/** The path that answers an ask: `POST` where `bodyOf` has a body for it, else `GET`. */
export function pathOf(ask: Ask): string {
  if (ask.ask === 'act') return '/api/act';
  if (ask.ask === 'export') return `${bundlePath(ask.session_id, ask.wish)}&preview=1`;
  if (ask.ask === 'document') return wishPath(ask.wish);
  const call = `/api/calls/${encodeURIComponent(ask.call_id)}`;
  if (ask.ask === 'detail') return `${call}/detail`;
  const query = new URLSearchParams({
    offset: String(ask.offset),
    limit: String(ask.limit),
    ...(ask.raw ? { raw: '1' } : {}),
  });
  return `${call}/frames/${encodeURIComponent(ask.key)}?${query}`;
}

/** `GET` this for the bundle itself. */
export function bundlePath(sessionId: string, { bodies, with_instructions }: ExportWish): string {
  const query = `bodies=${bodies}${with_instructions ? '&instructions=1' : ''}`;
  return `/api/sessions/${encodeURIComponent(sessionId)}/bundle?${query}`;
}

/** What is posted with an ask; null where it is a mere question. */
export function bodyOf(ask: Ask): Action | null {
  return ask.ask === 'act' ? ask.action : null;
}

/** How long its answer may take, ms: a bundle of a long session is made while one waits. */
export function patienceOf(ask: Ask): number {
  return ask.ask === 'export' ? 180_000 : 15_000;
}

/** What the daemon's answer means to the page: the value, or that it failed. Never throws. */
export function answerOf(ask: Ask, status: number, body: unknown): ToPage {
  const failed = (code: string, message: string): ToPage => ({ type: 'failed', ask, code, message });
  if (status !== 200) {
    const error = ApiError.safeParse(body);
    return error.success
      ? failed(error.data.code, error.data.message)
      : failed(String(status), `The daemon answered ${status}.`);
  }
  if (ask.ask === 'detail') {
    const detail = CallDetail.safeParse(body);
    if (detail.success) return { type: 'detail', call_id: ask.call_id, detail: detail.data };
  } else if (ask.ask === 'frame') {
    const frame = FrameView.safeParse(body);
    if (frame.success) return { type: 'frame', call_id: ask.call_id, frame: frame.data };
  } else if (ask.ask === 'document') {
    const document = readDocument(ask.wish, body);
    if (document) return { type: 'document', wish: ask.wish, document };
  } else if (ask.ask === 'export') {
    const preview = BundlePreview.safeParse(body);
    const { session_id, wish } = ask;
    if (preview.success) return { type: 'export', session_id, wish, preview: preview.data };
  } else {
    const acted = ActionResult.safeParse(body);
    if (acted.success) {
      const { session, sentence } = acted.data;
      return { type: 'acted', session, ...(sentence === undefined ? {} : { sentence }) };
    }
  }
  return failed(
    'not_understood',
    'The daemon’s answer was not understood: page and daemon may be of different versions.',
  );
}
