/**
 * The page's whole dialogue with its host, as two unions. A host is a browser tab's own code (browserHost.ts) or an
 * editor's extension, which holds the token itself and relays. Declares the language; sends and draws nothing.
 */
import * as z from 'zod';
import type { Disposable } from '../daemon/base/lifecycle.ts';
import { Action } from '../daemon/protocol/api.ts';
import { CallDetail, ClientMessage, FrameView, ServerMessage, SessionHead } from '../daemon/protocol/feed.ts';

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
  z.object({ ask: z.literal('act'), action: Action }),
]);
export type Ask = z.infer<typeof Ask>;

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
]);
export type ToHost = z.infer<typeof ToHost>;

export const ToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('link'), link: Link }),
  z.object({ type: z.literal('feed'), message: ServerMessage }),
  z.object({ type: z.literal('detail'), call_id: z.string(), detail: CallDetail }),
  z.object({ type: z.literal('frame'), call_id: z.string(), frame: FrameView }),
  z.object({ type: z.literal('acted'), session: SessionHead.nullable() }),
  /** Every ask gets an answer; this is the one that failed. */
  z.object({ type: z.literal('failed'), ask: Ask, code: z.string(), message: z.string() }),
]);
export type ToPage = z.infer<typeof ToPage>;

export interface Host extends Disposable {
  send(message: ToHost): void;
  readonly onMessage: (listener: (message: ToPage) => void) => Disposable;
}
