/** One HTTP request of a call in words, the same in CLI and page. */
import type { Transport } from '../protocol/callDetail.ts';
import { durationText } from './durationText.ts';

/** `POST 200, head after 3.1 ms, 12 ms in all`; why there is no answer follows where there is none. */
export function httpText(exchange: Transport['exchanges'][number]): string {
  const { method, status, headers_ms, end_ms, reconnects, error_class, message } = exchange;
  const parts = [`${method} ${status ?? 'without an answer'}`];
  if (headers_ms !== null) parts.push(`head after ${durationText(headers_ms)}`);
  parts.push(headers_ms === null ? durationText(end_ms) : `${durationText(end_ms)} in all`);
  if (reconnects > 0) parts.push(`after ${reconnects} ${reconnects === 1 ? 'reconnect' : 'reconnects'}`);
  const why = error_class === null ? '' : `; ${error_class}${message === null ? '' : `: ${message}`}`;
  return parts.join(', ') + why;
}
