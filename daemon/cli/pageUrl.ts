/** The page's URL with a one-time code in its fragment, which no server log and no referrer carries. */
import * as z from 'zod';
import type { DaemonClient } from '../feed/daemonClient.ts';

const Code = z.object({ code: z.string(), expires_at: z.string() });

export interface PageUrl {
  readonly url: string;
  /** ISO 8601: until then the code can be exchanged, once. */
  readonly expires_at: string;
}

export async function pageUrl(client: DaemonClient): Promise<PageUrl> {
  const { code, expires_at } = await client.post('/api/code', {}, Code);
  return { url: `${client.base}/#code=${encodeURIComponent(code)}`, expires_at };
}
