/** What to say where the bytes of a call are no longer there: what went with which file, why, and what would have kept it. */
import type { CallDetail } from '../protocol/callDetail.ts';

const ROLES: Readonly<Record<string, string>> = { request: 'The request', response: 'The answer' };

/** One or two sentences for each side that is gone; empty where both are there. */
export function goneText({ gone }: Pick<CallDetail, 'gone'>): string {
  if (gone.length === 0) return '';
  const sides = gone.map(({ role, file }) => `${ROLES[role] ?? role} stood in ${file}`).join('. ');
  return `${sides}. That file is gone: retention removes what is over its age or size, 14 days and 2 GB unless callgrove prune was told otherwise. What was read from it before is all that is left; callgrove pin SESSION keeps a session with its bodies.`;
}
