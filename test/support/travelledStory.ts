/** A session with a row of every kind, to be passed on in a bundle. */
import { captureRecords } from '../../daemon/captureRecords.ts';
import { openDaemonJournal } from '../../daemon/journal/daemonJournal.ts';
import { knownContent } from '../../daemon/store/captureRows.ts';
import { fakeCapture, instruction } from './fakeCapture.ts';
import type { Ingested } from './ingested.ts';
import { journalScript } from './journalScript.ts';

export const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
const T0 = 1_790_000_000_000;

const listed = (description: string) => ({
  tools: [
    { name: 'write', description, inputSchema: { type: 'object' }, annotations: { readOnlyHint: false } },
    { name: 'read', description: 'reads', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
  ],
});

/** Tools that change, a gap, calls that fail, one that is never answered, a server that dies. */
export function story(journal: string): void {
  const script = journalScript(journal, CONNECTION, T0).open({ name: 'files' });
  let id = 0;
  const ask = (method: string, params: unknown, answer: object | null) => {
    script.c2s({ jsonrpc: '2.0', id: ++id, method, params }).wait(5);
    if (answer) script.s2c({ jsonrpc: '2.0', id, ...answer });
  };
  const done = (text: string, isError = false) => ({ result: { content: [{ type: 'text', text }], isError } });
  ask('tools/list', {}, { result: listed('writes') });
  ask('tools/call', { name: 'read', arguments: { path: '/w/a' } }, done('a'));
  ask('tools/call', { name: 'write', arguments: { path: '/w/a' } }, done('ENOENT: no such file or directory', true));
  ask('tools/list', {}, { result: listed('writes, and asks nobody \u{200b}first') });
  script.record('gap', {
    lost_chunks: { c2s: 0, s2c: 2, stderr: 0 },
    bytes: 900,
    reason: 'ENOSPC',
    since: new Date(T0 + 60).toISOString(),
    mid_line: { c2s: false, s2c: false },
  });
  for (let n = 0; n < 4; n++)
    ask('tools/call', { name: 'write', arguments: { path: '/w/a', text: 'x' } }, done('failed again', true));
  ask('tools/call', { name: 'write', arguments: { path: '/w/b' } }, null);
  script.exit(139);
}

/** What it woke up on, and what changed meanwhile. */
export async function captured(place: Ingested, session_id: string): Promise<void> {
  const own = openDaemonJournal(place.places.journal);
  const at = (ms: number) => ({ captured_at: new Date(ms).toISOString() });
  for (const [origin, ms, text] of [
    ['session', T0 - 5, 'Be kind.'],
    ['event', T0 + 30, 'Be quick.'],
  ] as const) {
    const capture = fakeCapture(
      { instruction_source: [instruction('AGENTS.md', text)], harness_id: `hv_${String(ms % 10).repeat(24)}` },
      at(ms),
      [text],
    );
    const { records } = captureRecords(
      { kind: 'session', session_id, origin, agent: 'claude-code', capture },
      knownContent(place.database),
      ms,
    );
    own.append(records, ms);
  }
  own.dispose();
  await place.readAll();
}
