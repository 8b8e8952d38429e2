/** The one line that names a call in lists and trees. */
import type { CallHead } from '../protocol/feed.ts';

/** The tool of a tool call, `method name` where a method names something, else the method. */
export function callLabel(call: Pick<CallHead, 'event' | 'method' | 'tool'>): string {
  if (call.tool === null) return call.method;
  return call.event === 'tool_call' ? call.tool : `${call.method} ${call.tool}`;
}
