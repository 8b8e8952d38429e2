/** The headers that every answer of the daemon carries. There are no CORS headers: no other origin may read anything. */
import { pagePolicy } from '../base/pagePolicy.ts';
import { FEED_VERSION } from '../protocol/feed.ts';

/** Tells a client of another version before it reads anything. */
export const FEED_VERSION_HEADER = 'callgrove-feed';

export function answerHeaders(): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    [FEED_VERSION_HEADER]: String(FEED_VERSION),
  };
}

/**
 * What the page may load: its own script and style, and its own feed. The toolkit's components bring their styles as
 * constructed sheets, which need no `unsafe-inline`; to find out whether the browser knows `:focus-visible` they put
 * one empty style element into the page, and the hash of nothing allows just that.
 */
export function pageHeaders(port: number): Record<string, string> {
  const feed = `ws://127.0.0.1:${port} ws://localhost:${port}`;
  const policy = pagePolicy("'self'", "'self'", [
    "img-src 'self' data:",
    `connect-src 'self' ${feed}`,
    "frame-ancestors 'none'",
  ]);
  return {
    ...answerHeaders(),
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
  };
}
