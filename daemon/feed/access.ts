/**
 * Who may ask: the daemon's token (CLI, extension) opens everything, a viewer's token (the page) all but what ends or
 * empties the daemon. A viewer's token is made from the daemon's, so that nothing has to be remembered over a restart.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type Access = 'daemon' | 'viewer';

/** A page that has been open for so long asks for a new code. */
const VIEWER_DAYS = 30;

/** A new viewer's token: when it was made, chance, and the proof that this daemon made it; safe in a header. */
export function makeViewerToken(daemonToken: string, nowMs: number): string {
  const body = `v1.${Math.floor(nowMs / 1000).toString(36)}.${randomBytes(16).toString('base64url')}`;
  return `${body}.${proof(daemonToken, body)}`;
}

/** What a token opens, or null for none of ours. Takes the same time wherever a wrong one differs. */
export function accessOf(daemonToken: string, token: string | null, nowMs: number): Access | null {
  if (token === null || token.length > 200) return null;
  if (same(daemonToken, token)) return 'daemon';
  const at = token.lastIndexOf('.');
  const body = token.slice(0, Math.max(0, at));
  if (!same(proof(daemonToken, body), token.slice(at + 1))) return null;
  const madeAt = Number.parseInt(body.split('.')[1] ?? '', 36) * 1000;
  return nowMs - madeAt < VIEWER_DAYS * 86_400_000 ? 'viewer' : null;
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(header ?? '')?.[1] ?? null;
}

/** The token that a browser's socket sends as the subprotocol `token.<token>`, or null. */
export function subprotocolTokenOf(header: string | undefined): string | null {
  const offered = (header ?? '').split(',').map((name) => name.trim());
  return offered.find((name) => name.startsWith('token.'))?.slice('token.'.length) ?? null;
}

function proof(daemonToken: string, body: string): string {
  return createHmac('sha256', daemonToken).update(`viewer ${body}`).digest('base64url');
}

function same(a: string, b: string): boolean {
  // Digests have one length, whatever the two have.
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
