/**
 * Gathers what is told of HTTP requests, so that a quick call costs no write of its own. One that is followed by a line
 * of the proxy's own is told at once, because the two belong together.
 */
import type { HttpExchange } from '../protocol/journal.ts';

export interface HttpRecorder {
  add(exchange: HttpExchange): void;
  /** Writes what is gathered. */
  flush(): void;
}

/** So long a finished request may stay untold, in milliseconds. */
const GATHER_MS = 25;
const MAX_GATHERED = 200;

export function createHttpRecorder(write: (exchanges: readonly HttpExchange[]) => void): HttpRecorder {
  let gathered: HttpExchange[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (gathered.length === 0) return;
    const all = gathered;
    gathered = [];
    write(all);
  };
  return {
    add(exchange) {
      gathered.push(exchange);
      if (exchange.own_answer || gathered.length >= MAX_GATHERED) flush();
      else timer ??= setTimeout(flush, GATHER_MS);
    },
    flush,
  };
}
